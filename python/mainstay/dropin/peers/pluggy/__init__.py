"""pluggy's names on mainstay's engine. Loaded in its place where a program asked for that.

What is here are names, defaults and seams; the behaviour is in `mainstay.plugins`. `mainstay
doctor` lists what differs from the release that is stood in for.
"""

from __future__ import annotations

from ._caller import HookCaller, HookRelay
from ._decorators import HookimplMarker, HookspecMarker
from ._impl import HookImpl
from ._manager import PluginManager, PluginValidationError
from ._result import HookCallError, Result
from ._warnings import PluggyTeardownRaisedWarning, PluggyWarning

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


def __getattr__(name: str) -> Any:
    """The version is asked of the metadata; the types of options bring `typing` with them."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pluggy")
    if name in ("HookimplOpts", "HookspecOpts"):
        from . import _config

        return getattr(_config, name)
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
