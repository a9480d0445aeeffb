"""Hooks that plugins implement: 1:N calls at native speed, ordered, wrapped and checked.

>>> from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager
>>> hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")

The names are those pluggy made familiar; options are keywords, what cannot be meant is refused, and
marked functions keep their types. A program written for pluggy runs on the same engine unchanged:
`mainstay run`.
"""

from __future__ import annotations

from .._shared import load

load("plugins")

from ._errors import (  # noqa: E402
    HookCallError,
    PluginTeardownRaisedWarning,
    PluginValidationError,
    PluginWarning,
)
from ._hook import HookCaller, HookImpl, HookRelay, Result  # noqa: E402
from ._markers import HookimplMarker, HookspecMarker  # noqa: E402
from ._strict import PluginManager  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._options import HookimplOpts, HookspecOpts

__all__ = [
    "HookCallError",
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "PluginManager",
    "PluginTeardownRaisedWarning",
    "PluginValidationError",
    "PluginWarning",
    "Result",
]


def __getattr__(name: str) -> Any:
    """The types of options are made when somebody looks: they bring `typing` with them."""
    if name in ("HookimplOpts", "HookspecOpts"):
        from ._options import made

        return made(name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
