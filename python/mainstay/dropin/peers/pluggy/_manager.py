"""PluginManager, as programs make and subclass it."""

from __future__ import annotations

from mainstay.plugins import _manager
from mainstay.plugins._native import find_hookable as _static_hook_attr  # noqa: F401
from mainstay.plugins._native import marker_options as _get_marker_opts  # noqa: F401
from mainstay.plugins._verify import format_definition as _formatdef  # noqa: F401

from ._caller import HookCaller, HookRelay, _door, _SubsetHookCaller
from ._impl import HookImpl
from ._tracing import TagTracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._compat import DistFacade


class PluginValidationError(Exception):
    """A plugin does not fit the specifications; `plugin` says which."""

    def __init__(self, plugin: Any, message: str) -> None:
        super().__init__(message)
        self.plugin = plugin


class PluginManager(_manager.PluginManager):
    """Keeps the plugins and the hooks of a project."""

    _hook_caller = HookCaller
    _hook_impl = HookImpl
    _hook_relay = HookRelay
    _subset_hook_caller = _SubsetHookCaller
    _validation_error = PluginValidationError
    _tracer = TagTracer
    _door = _door
    _multicall_home = "pluggy._execution"

    def list_plugin_distinfo(self) -> list[tuple[Any, DistFacade]]:
        """The plugins that came by entry points, each with its distribution as a DistFacade."""
        from ._compat import DistFacade

        return [(plugin, DistFacade(dist)) for plugin, dist in self._plugin_distinfo]


def __getattr__(name: str) -> Any:
    """What only few look at is imported when they do."""
    if name == "DistFacade":
        from ._compat import DistFacade

        return DistFacade
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
