"""PluginManager, where programs look for it and for what it is made of."""

from __future__ import annotations

from mainstay.plugins._native import find_hookable as _static_hook_attr  # noqa: F401
from mainstay.plugins._native import marker_options as _get_marker_opts  # noqa: F401
from mainstay.plugins._verify import format_definition as _formatdef  # noqa: F401

from ._door import PluginManager, PluginValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["PluginManager", "PluginValidationError"]


def __getattr__(name: str) -> Any:
    """What only few look at is imported when they do."""
    if name == "DistFacade":
        from ._compat import DistFacade

        return DistFacade
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
