"""All names of `mainstay.plugins`, which takes them from here at its import.

Drop-in uses other parts of that package and none of these classes; imported by drop-in, the package
takes them when a program looks at one.
"""

from __future__ import annotations

from ._awaiting import AsyncHookCaller, AsyncHookRelay
from ._errors import (
    HookCallError,
    PluginTeardownRaisedWarning,
    PluginValidationError,
    PluginWarning,
)
from ._foreign import NativePlugin, NativePluginError, load_native
from ._group import HookErrors
from ._hook import HookCaller, HookImpl, HookRelay, HookSpec, Result, SubsetHookCaller
from ._markers import HookimplMarker, HookspecMarker
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
    "HookSpec",
    "HookTimings",
    "HookimplMarker",
    "HookspecMarker",
    "NativePlugin",
    "NativePluginError",
    "PluginManager",
    "PluginTeardownRaisedWarning",
    "PluginValidationError",
    "PluginWarning",
    "Report",
    "Result",
    "SubsetHookCaller",
    "Switches",
    "Timing",
    "load_native",
]

# What a program meets: in tracebacks, in pickles, in messages.
for _home in HookimplMarker, HookspecMarker, NativePlugin, load_native:
    _home.__module__ = "mainstay.plugins"
