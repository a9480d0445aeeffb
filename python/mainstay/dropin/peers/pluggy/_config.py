"""The types of options, made when somebody looks: they bring `typing` with them."""

from __future__ import annotations

from mainstay.plugins import _options
from mainstay.plugins._manager import complete as normalize_hookimpl_opts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mainstay.plugins._options import HookimplOpts, HookspecOpts

__all__ = ["HookimplOpts", "HookspecOpts", "normalize_hookimpl_opts"]


def __getattr__(name: str) -> Any:
    if name in ("HookimplOpts", "HookspecOpts"):
        return _options.made(name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
