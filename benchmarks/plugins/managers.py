"""Managers, plugins and loops that the benchmarks of plugins have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from types import ModuleType
from typing import Any

from benchmarks.harness.case import Loop
from benchmarks.harness.shapes import own

PROJECT = "bench"


@dataclass(frozen=True)
class Kit:
    """A door's markers and a manager that knows the hooks of `specs`."""

    api: Any
    spec: Any
    impl: Any

    @classmethod
    def of(cls, api: Any) -> Kit:
        """The kit of a door."""
        return cls(api, api.HookspecMarker(PROJECT), api.HookimplMarker(PROJECT))

    def manager(self) -> Any:
        """A manager with the hooks `one(value)`, `three(first, second, third)`, `first(value)`."""
        spec = self.spec

        class Specs:
            @spec
            def one(self, value: object) -> object:
                """Takes one argument."""

            @spec
            def three(self, first: object, second: object, third: object) -> object:
                """Takes three, of which implementations ask for what they need."""

            @spec(firstresult=True)
            def first(self, value: object) -> object:
                """Ends with the first result."""

        manager = self.api.PluginManager(PROJECT)
        manager.add_hookspecs(Specs)
        return manager

    def plain(self) -> Any:
        """A plugin whose implementations return at once."""
        impl = self.impl

        class Plain:
            @impl
            def one(self, value: object) -> object:
                return value

            @impl
            def three(self, first: object, third: object) -> object:
                return third

            @impl
            def first(self, value: object) -> object:
                return None

        return Plain()

    def module(self) -> Any:
        """The same as a module with functions."""
        impl = self.impl

        def one(value: object) -> object:
            return value

        def three(first: object, third: object) -> object:
            return third

        module = ModuleType("plain")
        vars(module).update(one=impl(one), three=impl(three))
        return module

    def wrapper(self) -> Any:
        """A plugin that wraps `one` and hands on what it gets."""
        impl = self.impl

        class Wrapper:
            @impl(wrapper=True)
            def one(self, value: object) -> Iterator[None]:
                return (yield)  # type: ignore[misc]

        return Wrapper()

    def old_wrapper(self) -> Any:
        """The same of the old kind."""
        impl = self.impl

        class OldWrapper:
            @impl(hookwrapper=True)
            def one(self, value: object) -> Iterator[None]:
                yield

        return OldWrapper()

    def failing(self) -> Any:
        """A plugin whose implementation raises."""
        impl = self.impl

        class Failing:
            @impl
            def one(self, value: object) -> object:
                raise LookupError

        return Failing()


def many(make: Callable[[], Any], count: int) -> list[Any]:
    """That many plugins."""
    return [make() for _ in range(count)]


def registered(manager: Any, plugins: list[Any]) -> Any:
    """The manager, with the plugins registered."""
    for number, plugin in enumerate(plugins):
        manager.register(plugin, f"plugin {number}")
    return manager


def calls_of_one(relay: Any) -> Loop:
    """Calls `relay.one(value=...)`, in code of its own."""
    loop: Loop = own(_calls_of_one)(relay)
    return loop


def calls_of_three(relay: Any) -> Loop:
    """Calls `relay.three(...)` with three arguments, in code of its own."""
    loop: Loop = own(_calls_of_three)(relay)
    return loop


def calls_of_first(relay: Any) -> Loop:
    """Calls `relay.first(value=...)`, in code of its own."""
    loop: Loop = own(_calls_of_first)(relay)
    return loop


def calls(hook: Any) -> Loop:
    """Calls `hook(value=...)`, in code of its own."""
    loop: Loop = own(_calls)(hook)
    return loop


def failing_calls(relay: Any) -> Loop:
    """Calls `relay.one(value=...)` and drops the LookupError, in code of its own."""
    loop: Loop = own(_failing_calls)(relay)
    return loop


def _calls_of_one(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.one(value=1)

    return loop


def _calls_of_three(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.three(first=1, second=2, third=3)

    return loop


def _calls_of_first(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.first(value=1)

    return loop


def _calls(hook: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            hook(value=1)

    return loop


def _failing_calls(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                relay.one(value=1)
            except LookupError:
                pass

    return loop
