"""Hooks that plugins implement: 1:N calls at native speed, ordered, wrapped and checked.

>>> from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager
>>> hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")

The names are those pluggy made familiar; options are keywords, what cannot be meant is refused, and
marked functions keep their types. A program written for pluggy runs on the same engine unchanged:
`mainstay run`.
"""

from __future__ import annotations

from .. import _bring, _load

_load("plugins")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._awaiting import AsyncHookCaller, AsyncHookRelay
    from ._errors import (
        HookCallError,
        PluginTeardownRaisedWarning,
        PluginValidationError,
        PluginWarning,
    )
    from ._foreign import NativePlugin, NativePluginError, load_native
    from ._group import HookErrors
    from ._hook import HookCaller, HookImpl, HookRelay, Result
    from ._markers import HookimplMarker, HookspecMarker
    from ._options import HookimplOpts, HookspecOpts
    from ._report import Answer, Report
    from ._strict import PluginManager
    from ._switches import Switches
    from ._timings import HookTimings, Timing

__all__ = [
    "Answer",
    "AsyncHookCaller",
    "AsyncHookRelay",
    "HookCallError",
    "HookCaller",
    "HookErrors",
    "HookImpl",
    "HookRelay",
    "HookTimings",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "NativePlugin",
    "NativePluginError",
    "PluginManager",
    "PluginTeardownRaisedWarning",
    "PluginValidationError",
    "PluginWarning",
    "Report",
    "Result",
    "Switches",
    "Timing",
    "load_native",
]


# Where the names come from: imported when one of them is first looked at. Plugins need the marker
# only, and drop-in nothing of this.
_HOMES = {
    "_awaiting": ("AsyncHookCaller", "AsyncHookRelay"),
    "_errors": (
        "HookCallError",
        "PluginTeardownRaisedWarning",
        "PluginValidationError",
        "PluginWarning",
    ),
    "_foreign": ("NativePlugin", "NativePluginError", "load_native"),
    "_group": ("HookErrors",),
    # The last two are not offered; pickles find them here.
    "_hook": ("HookCaller", "HookImpl", "HookRelay", "Result", "HookSpec", "SubsetHookCaller"),
    "_markers": ("HookimplMarker", "HookspecMarker"),
    "_report": ("Answer", "Report"),
    "_strict": ("PluginManager",),
    "_switches": ("Switches",),
    "_timings": ("HookTimings", "Timing"),
}


def __getattr__(name: str) -> Any:
    """A name of `__all__`, and with it the others from the same place."""
    here = globals()
    if name in ("HookimplOpts", "HookspecOpts"):  # they bring `typing` with them
        from ._options import made

        return made(name, __name__)
    for home, names in _HOMES.items():
        if name in names:
            _bring(here, home, names)
            return here[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
