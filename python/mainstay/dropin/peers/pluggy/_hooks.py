"""The names of hooks in one place, as older releases had them."""

from __future__ import annotations

from ._caller import HookCaller, HookRelay, _HookCaller, _HookRelay, _SubsetHookCaller
from ._config import normalize_hookimpl_opts
from ._decorators import HookimplMarker, HookSpec, HookspecMarker, varnames
from ._impl import HookImpl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._config import HookimplOpts, HookspecOpts

__all__ = [
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookSpec",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "_HookCaller",
    "_HookExec",
    "_HookImplFunction",
    "_HookRelay",
    "_Namespace",
    "_Plugin",
    "_SubsetHookCaller",
    "normalize_hookimpl_opts",
    "varnames",
]


def __getattr__(name: str) -> Any:
    """Types of options, and names that only annotations use, are made when somebody looks."""
    if name in ("HookimplOpts", "HookspecOpts"):
        from . import _config

        return getattr(_config, name)
    if name in ("_HookExec", "_HookImplFunction", "_Namespace", "_Plugin"):
        from . import _types

        return getattr(_types, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
