"""A project of mainstay.plugins for tests of what is only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager, Switches

hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")


def manager(*, switches: Switches | None = None, **options: Any) -> PluginManager:
    """A manager with one specified hook, `hook(value)`, of these options."""

    class Specs:
        @hookspec(**options)
        def hook(self, value: Any) -> Any: ...

    made = PluginManager("app", switches=switches)
    made.add_hookspecs(Specs)
    return made


def plugin(function: Callable[..., Any], **options: Any) -> Any:
    """A plugin whose implementation of `hook` is this function."""

    class Plugin:
        hook = staticmethod(hookimpl(**options)(function))

    return Plugin()


def add(to: PluginManager, name: str, function: Callable[..., Any], **options: Any) -> Any:
    """Register such a plugin under that name; returns it."""
    made = plugin(function, **options)
    assert to.register(made, name) == name
    return made
