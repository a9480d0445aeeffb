"""Deprecating single names of a module.

`deprecate_module_member` replaces the module in `sys.modules` once; reads may come from any thread.
"""

from __future__ import annotations

import sys
from types import ModuleType
from warnings import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DeprecatableModule", "deprecate_module_member"]


class DeprecatableModule(ModuleType):
    """Stands for `module`, whose namespace it shares, and warns when a deprecated name is read."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(module.__dict__)
        self.__dict__.setdefault("_deprecated_members", {})

    def __getattribute__(self, name: str) -> Any:
        get = super().__getattribute__
        message = get("__dict__").get("_deprecated_members", {}).get(name)
        if message is not None:
            warn(message, DeprecationWarning, stacklevel=2)
        return get(name)


def deprecate_module_member(mod_name: str, name: str, message: str) -> None:
    """Warn with `message` (a DeprecationWarning) when `name` of this imported module is read."""
    module = sys.modules[mod_name]
    if not isinstance(module, DeprecatableModule):
        module = sys.modules[mod_name] = DeprecatableModule(module)
    module.__dict__["_deprecated_members"][name] = message
