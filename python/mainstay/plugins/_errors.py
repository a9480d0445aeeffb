"""What goes wrong in `mainstay.plugins`: its exceptions and warnings."""

from __future__ import annotations

from . import _copies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "HookCallError",
    "PluginTeardownRaisedWarning",
    "PluginValidationError",
    "PluginWarning",
]

_PUBLIC = "mainstay.plugins"


class HookCallError(Exception):
    """A hook was called without an argument that the specification or an implementation names."""

    __module__ = _PUBLIC


class PluginValidationError(Exception):
    """A plugin does not fit the specifications.

    `plugin` is the plugin; after a pickle that could not hold it, its repr.
    """

    __module__ = _PUBLIC

    def __init__(self, plugin: Any, message: str) -> None:
        super().__init__(message)
        self.plugin = plugin

    def __reduce__(self) -> Any:
        return _copies.validation_error(self)


class PluginWarning(UserWarning):
    """Base of what this package warns of."""

    __module__ = _PUBLIC


class PluginTeardownRaisedWarning(PluginWarning):
    """A wrapper of the older form raised in what it does after its yield.

    Write `@hookimpl(wrapper=True)`, where raising is in order, or give the exception to the result
    by `force_exception`.
    """

    __module__ = _PUBLIC
