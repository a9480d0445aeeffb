"""PluginManager, where programs look for it and for what it is made of."""

from __future__ import annotations

import sys

from mainstay.plugins._kinds import ModuleType
from mainstay.plugins._native import find_hookable as _static_hook_attr  # noqa: F401
from mainstay.plugins._native import marker_options as _get_marker_opts  # noqa: F401
from mainstay.plugins._verify import format_definition as _formatdef  # noqa: F401

from ._door import PluginManager, PluginValidationError, door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["PluginManager", "PluginValidationError"]


class _Module(ModuleType):
    """This module. Managers begin with the call loop it has when they are made."""

    @property
    def _multicall(self) -> Any:
        return PluginManager._mainstay_call_loop

    @_multicall.setter
    def _multicall(self, loop: Any) -> None:
        PluginManager._mainstay_call_loop = loop if loop is door.multicall else staticmethod(loop)

    @_multicall.deleter
    def _multicall(self) -> None:
        PluginManager._mainstay_call_loop = door.multicall


sys.modules[__name__].__class__ = _Module
