"""Memory: registrations and calls leave nothing, and cycles through plugins are collected."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mainstay.plugins import HookErrors, _native

from .conftest import project
from .doors import LENIENT, STRICT, Door

ROUNDS = 100  # at most, until one keeps nothing
USES = 1_000


class Specs:
    """The hooks of the mixture; marked anew for each door."""

    def one(self, value: object) -> object: ...

    def three(self, first: object, second: object, third: object = 3) -> object: ...

    def first(self, value: object) -> object: ...

    def told(self, value: object) -> object: ...


def _plugin(api: Any) -> Any:
    class Plugin:
        @api.impl
        def one(self, value: object) -> object:
            return value

        @api.impl(tryfirst=True)
        def three(self, first: object, third: object = None) -> object:
            return [first, third]

        @api.impl
        def first(self, value: object) -> object:
            return None

        @api.impl
        def told(self, value: object) -> object:
            return value

    return Plugin()


def _wrappers(api: Any) -> list[Any]:
    class Around:
        @api.impl(wrapper=True)
        def one(self, value: object) -> Iterator[None]:
            try:
                return (yield)  # type: ignore[misc]
            except LookupError as error:
                raise ValueError from error

    class Before:
        @api.impl(hookwrapper=True)
        def one(self, value: object) -> Iterator[None]:
            outcome: Any = yield
            if outcome.exception is not None and value == "forced":
                outcome.force_result("forced")

    class Twice:
        @api.impl(wrapper=True)
        def first(self, value: object) -> Iterator[None]:
            yield
            yield

    return [Around(), Before(), Twice()]


def _failing(api: Any) -> Any:
    class Failing:
        @api.impl
        def one(self, value: object) -> object:
            raise LookupError(value)

    return Failing()


class _Waits:
    """Something to await that never comes."""

    def __await__(self) -> Iterator[Any]:
        return (yield self)  # type: ignore[misc]


def _special(door: Door) -> Callable[[], None]:
    """Uses of what only the strict door has."""
    api = project(door)

    class Specs:
        @api.spec(waterfall="value")
        def falls(self, value: object, other: object = 2) -> object: ...

        @api.spec(collect_errors=True)
        def collects(self, value: object) -> object: ...

        @api.spec
        def waits(self, value: object) -> object: ...

    class Plugin:
        @api.impl
        def falls(self, value: object, other: object) -> object:
            return [value, other]

        @api.impl
        def collects(self, value: object) -> object:
            raise LookupError(value)

        @api.impl
        async def waits(self, value: object) -> object:
            if value is None:
                await _Waits()
            if value == "fails":
                raise LookupError(value)
            return value

    class Around:
        @api.impl(wrapper=True)
        def falls(self) -> Iterator[None]:
            return (yield)  # type: ignore[misc]

        @api.impl(hookwrapper=True)
        def waits(self) -> Iterator[None]:
            yield

    api.pm.add_hookspecs(Specs)
    for plugin in (Plugin(), Plugin(), Around()):
        api.pm.register(plugin)
    hook, ahook = api.pm.hook, api.pm.ahook

    def use() -> None:
        hook.falls(value=1)
        hook.falls.report(value=1, other=3)
        for coroutine in hook.waits.report(value=1).result:
            coroutine.close()
        for wrong in (
            lambda: hook.collects(value=1),
            lambda: hook.collects.report(value=1),
            lambda: _driven(ahook.collects(value=1)),
            lambda: _driven(ahook.waits(value="fails")),
        ):
            with pytest.raises((HookErrors, LookupError)):
                wrong()
        assert _driven(ahook.waits(value=1)) == [1, 1]
        _driven(ahook.waits.report(value=1))
        waiting = ahook.waits(value=None).__await__()
        waiting.send(None)  # and nobody goes on

    return use


def _driven(coroutine: Any) -> Any:
    """What a coroutine comes to that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits for something")


def mixture(door: Door) -> Callable[[int], None]:
    """Uses of a manager that change nothing in the end: each call is one round of all of them."""
    api = project(door)
    specs = type("Specs", (), dict(vars(Specs)))
    for name in ("one", "three", "first", "told"):
        function = getattr(specs, name)
        api.spec(function, firstresult=name == "first", historic=name == "told")
    api.pm.add_hookspecs(specs)
    hook = api.pm.hook
    stays, plugin = _plugin(api), _plugin(api)
    failing, wrappers = _failing(api), _wrappers(api)
    api.pm.register(stays)
    subset = api.pm.subset_hook_caller("one", [stays])
    special = _special(door) if door is STRICT else lambda: None

    def calls() -> None:
        hook.one(value=1)
        hook.three(first=1, second=2)
        hook.three(**{"first": 1, "second": 2, "third": 4})
        hook.first(value=1)
        subset(value=1)
        hook.one.call_extra([lambda value: value], {"value": 1})
        hook.one.get_hookimpls()

    def failures() -> None:
        for wrong in (
            lambda: hook.one(value=2),
            lambda: hook.one(1),
            lambda: hook.one(self=1, value=1),
            lambda: hook.told(value=1),
            lambda: hook.first(value=2),
        ):
            with pytest.raises(Exception):  # noqa: B017 - each has its own, tested elsewhere
                wrong()

    def watched() -> None:
        undo = api.pm.add_hookcall_monitoring(lambda *call: None, lambda *call: None)
        hook.one(value=1)
        undo()

    def use(number: int) -> None:
        api.pm.register(plugin)
        calls()
        special()
        watched()
        for wrapper in wrappers:
            api.pm.register(wrapper)
        api.pm.register(failing)
        failures()
        for gone in (plugin, failing, *wrappers):
            api.pm.unregister(gone)
        if number % 10 == 0:
            project(door).pm.add_hookspecs(specs)

    return use


def test_rounds_of_everything_leave_nothing(ours: Door) -> None:
    use = mixture(ours)
    kept = 0
    for _ in range(ROUNDS):
        gc.collect()
        before = sys.getallocatedblocks()
        for number in range(USES // 10):
            use(number)
        gc.collect()
        kept = sys.getallocatedblocks() - before
        if kept <= 2:
            return
    raise AssertionError(f"{kept} blocks are left by each round")


def test_a_manager_that_nobody_has_is_collected(ours: Door) -> None:
    api = project(ours)

    class Specs:
        @api.spec
        def one(self, value: object) -> object: ...

    class Plugin:
        @api.impl
        def one(self, value: object) -> object:
            return value

        def look(self, *call: object) -> None: ...

    plugin = Plugin()
    plugin.manager = api.pm  # type: ignore[attr-defined]
    api.pm.add_hookspecs(Specs)
    api.pm.register(plugin)
    subset = api.pm.subset_hook_caller("one", [plugin])
    api.pm.add_hookcall_monitoring(plugin.look, plugin.look)
    api.pm.hook.one(value=1)
    subset(value=2)
    seen = weakref.ref(api.pm), weakref.ref(plugin)
    del api, plugin, subset, Specs, Plugin
    gc.collect()
    assert [each() for each in seen] == [None, None]


def test_an_unregistered_plugin_is_let_go_of(ours: Door) -> None:
    api = project(ours)

    class Plugin:
        @api.impl
        def one(self) -> int:
            return 1

    plugin = Plugin()
    api.pm.register(plugin)
    assert api.pm.hook.one() == [1]
    seen = weakref.ref(plugin)
    api.pm.unregister(plugin)
    del plugin
    assert seen() is None
    assert api.pm.hook.one() == []


def test_arguments_and_results_are_let_go_of(ours: Door) -> None:
    api = project(ours)

    class Plugin:
        @api.impl
        def one(self, value: object) -> object:
            return value

        @api.impl
        def fail(self, value: object) -> object:
            raise LookupError

    class Around:
        @api.impl(wrapper=True)
        def one(self, value: object) -> Iterator[None]:
            return (yield)  # type: ignore[misc]

        @api.impl(hookwrapper=True)
        def fail(self, value: object) -> Iterator[None]:
            yield

    class Value:
        """Can be looked after."""

    api.pm.register(Plugin())
    api.pm.register(Around())
    value = Value()
    api.pm.hook.one(value=value)
    with pytest.raises(LookupError):
        api.pm.hook.fail(value=value)
    seen = weakref.ref(value)
    del value
    assert seen() is None


def test_keywords_without_end_do_not_fill_the_memory() -> None:
    api = project(LENIENT)

    class Plugin:
        @api.impl
        def one(self, value: object) -> object:
            return value

    api.pm.register(Plugin())
    laid_out = _native.plans()["laid out for a set of keywords"]
    for number in range(100):
        assert api.pm.hook.one(**{f"other{number}": 1, "value": 2}) == [2]
    assert _native.plans()["laid out for a set of keywords"] == laid_out + 100
    # What was kept is found again, what was not is laid out anew.
    for _ in range(10):
        assert api.pm.hook.one(other0=1, value=2) == [2]
    assert _native.plans()["laid out for a set of keywords"] == laid_out + 100
