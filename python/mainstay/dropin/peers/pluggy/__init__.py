"""pluggy's names on mainstay's engine. Loaded in its place where a program asked for that.

What is here are names, defaults and seams; the behaviour is in `mainstay.plugins`. `mainstay
doctor` lists what differs from the release that is stood in for.
"""

from __future__ import annotations

from ._door import (
    HookCaller,
    HookCallError,
    HookImpl,
    HookimplMarker,
    HookRelay,
    HookspecMarker,
    PluggyTeardownRaisedWarning,
    PluggyWarning,
    PluginManager,
    PluginValidationError,
    Result,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._config import HookimplOpts, HookspecOpts

    __version__: str

__all__ = [
    "HookCallError",
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "PluggyTeardownRaisedWarning",
    "PluggyWarning",
    "PluginManager",
    "PluginValidationError",
    "Result",
    "__version__",
]


# The modules of the peer, all of which its import brings; here most programs do without.
_MODULES = (
    "_caller",
    "_callers",
    "_compat",
    "_config",
    "_decorators",
    "_execution",
    "_hooks",
    "_impl",
    "_manager",
    "_result",
    "_tracing",
    "_warnings",
)


def __getattr__(name: str) -> Any:
    """Modules are imported when one looks; the types of options bring `typing` with them."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pluggy")
    here = globals()
    if name in here:
        return here[name]
    if name in _MODULES:
        return __import__(name, here, None, ("__name__",), 1)
    if name in ("HookimplOpts", "HookspecOpts"):
        return here.setdefault(name, getattr(__getattr__("_config"), name))
    raise AttributeError(f"module {__name__} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})


def _complete() -> None:
    """Import all of it now: what `import pluggy` means is about to change."""
    for name in (*_MODULES, "HookimplOpts", "HookspecOpts"):
        __getattr__(name)
