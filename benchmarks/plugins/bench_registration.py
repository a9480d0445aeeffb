"""Managers and registering: making one, its specifications, plugins in and out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.plugins.managers import PROJECT, Kit

HOOKS = [f"hook{number}" for number in range(20)]
REGISTER = "register and unregister a plugin"
ADD = "a manager and add_hookspecs"
MAKE = "make a manager"
WHOLE = "make a manager, add 3 hooks, register a plugin"


def cases(door: Door) -> Iterator[Case]:
    """A plugin with 20 hooks and 60 other attributes; 20 specifications; and a small program."""
    kit = Kit.of(door.api)
    specs = type("Specs", (), {name: kit.spec(_function()) for name in HOOKS})
    attributes: dict[str, Any] = {f"attribute{number}": number for number in range(60)}
    attributes.update({name: kit.impl(_function()) for name in HOOKS})
    plugin = type("Plugin", (), attributes)()
    manager = door.api.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    yield Case(REGISTER, "20 hooks and 60 attributes", _registrations(manager, plugin))
    yield Case(ADD, "20 hooks", _additions(door.api, specs))
    yield Case(MAKE, "nothing else", _managers(door.api))
    some = type("Some", (), {name: vars(specs)[name] for name in HOOKS[:3]})
    small = type("Small", (), {name: kit.impl(_function()) for name in HOOKS[:3]})()
    yield Case(WHOLE, "3 implementations", _wholes(door.api, some, small))


def _function() -> Any:
    def function(self: Any, first: object, second: object) -> None:
        """Does nothing."""

    return function


def _registrations(manager: Any, plugin: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            manager.register(plugin)
            manager.unregister(plugin)

    return loop


def _additions(api: Any, specs: type) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            api.PluginManager(PROJECT).add_hookspecs(specs)

    return loop


def _managers(api: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            api.PluginManager(PROJECT)

    return loop


def _wholes(api: Any, specs: type, plugin: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            manager = api.PluginManager(PROJECT)
            manager.add_hookspecs(specs)
            manager.register(plugin)

    return loop
