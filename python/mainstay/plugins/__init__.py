"""Hooks that plugins implement: 1:N calls at native speed, ordered, wrapped and checked.

>>> from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager
>>> hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")

The names are those pluggy made familiar; options are keywords, what cannot be meant is refused, and
marked functions keep their types. A program written for pluggy runs on the same engine unchanged:
`mainstay run`.
"""

from __future__ import annotations

from .. import _bring, _load, _meant, _serves_drop_in

_load("plugins")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._options import HookimplOpts, HookspecOpts
    from ._public import (
        Answer,
        AsyncHookCaller,
        AsyncHookRelay,
        HookCaller,
        HookCallError,
        HookErrors,
        HookImpl,
        HookimplMarker,
        HookRelay,
        HookspecMarker,
        HookTimings,
        NativePlugin,
        NativePluginError,
        PluginManager,
        PluginTeardownRaisedWarning,
        PluginValidationError,
        PluginWarning,
        Report,
        Result,
        Switches,
        Timing,
        load_native,
    )

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

_OPTIONS = ("HookimplOpts", "HookspecOpts")

# Not offered, but where pickles find them.
_OF_PICKLES = ("HookSpec", "SubsetHookCaller")

_TOGETHER = (*(name for name in __all__ if name not in _OPTIONS), *_OF_PICKLES)


def __getattr__(name: str) -> Any:
    """Where drop-in imported this, the first name brings all of them."""
    if name in _OPTIONS:  # they bring `typing` with them
        from ._options import made

        return made(name, __name__)
    if name not in _TOGETHER:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}{_meant(name, __all__)}"
        )
    _bring(globals(), "_public", _TOGETHER)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if not _serves_drop_in("pluggy"):
    _bring(globals(), "_public", _TOGETHER)
