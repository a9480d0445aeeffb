"""Hooks that plugins implement: 1:N calls at native speed, ordered, wrapped and checked.

>>> from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager
>>> hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")

The names are those pluggy made familiar; options are keywords, what cannot be meant is refused, and
marked functions keep their types. A program written for pluggy runs on the same engine unchanged:
`mainstay run`.
"""

from __future__ import annotations

from .. import _bring, _load, _meant

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


def __getattr__(name: str) -> Any:
    """The first name that is looked at brings all of them."""
    if name in _OPTIONS:  # they bring `typing` with them
        from ._options import made

        return made(name, __name__)
    if name not in __all__ and name not in _OF_PICKLES:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}{_meant(name, __all__)}"
        )
    here = globals()
    _bring(here, "_public", (*(each for each in __all__ if each not in _OPTIONS), *_OF_PICKLES))
    return here[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
