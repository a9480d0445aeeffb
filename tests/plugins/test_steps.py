"""Awaited calls that native code makes step by step: which way they go, what may happen to them."""

from __future__ import annotations

import asyncio
import gc
import types
import weakref
from collections.abc import Generator
from typing import Any

import pytest
from mainstay.plugins import HookErrors, _native, testing

from .strict import add, manager


class Waits:
    """Something to await that a test lets go on by hand."""

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self)


def begun(awaitable: Any) -> tuple[Any, Any]:
    """The coroutine of a call, and what it waits for first."""
    coroutine = awaitable.__await__()
    return coroutine, coroutine.send(None)


def ended(coroutine: Any, value: Any = None) -> Any:
    """What a coroutine returns when it is told what it waits for."""
    with pytest.raises(StopIteration) as stop:
        coroutine.send(value)
    return stop.value.value


async def waits(value: Any) -> Any:
    return await Waits()


# --- which way -----------------------------------------------------------------------------------


async def asynchronous() -> Any:
    """A wrapper that Python has to drive."""
    yield


def monitored(pm: Any) -> None:
    pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)


WAYS: dict[str, tuple[Any, str]] = {
    "nobody looks on": (lambda pm: None, "native"),
    "an ordinary wrapper": (
        lambda pm: add(pm, "wrapper", lambda: (yield), hookwrapper=True),
        "native",
    ),
    "an asynchronous wrapper": (
        lambda pm: add(pm, "wrapper", asynchronous, wrapper=True),
        "the call is awaited in a way that Python makes",
    ),
    "monitored": (monitored, "the call is awaited in a way that Python makes"),
    "timed": (lambda pm: pm.time_hooks(), "the call is awaited in a way that Python makes"),
}


@pytest.mark.parametrize("case", WAYS)
@pytest.mark.parametrize("how", ["call", "report", "gather"])
@pytest.mark.parametrize("options", [{}, {"firstresult": True}, {"collect_errors": True}], ids=repr)
def test_the_counter_says_which_way_an_awaited_call_went(
    case: str, how: str, options: dict[str, Any]
) -> None:
    arrange, way = WAYS[case]
    pm = manager(**options)
    add(pm, "plain", lambda value: value)
    arrange(pm)
    hook = pm.ahook.hook
    call = hook if how == "call" else getattr(hook, how)

    async def main() -> Any:
        return await call(value=1)

    with testing.paths() as ways:
        result = asyncio.run(main())
    assert ways == {way: 1}
    result = result.result if how == "report" else result
    assert result == (1 if "firstresult" in options else [1])


# --- what is awaited -----------------------------------------------------------------------------


class Lazily:
    """One whose `__await__` its class does not have."""

    def __init__(self) -> None:
        self.__await__ = None


@types.coroutine
def old_coroutine() -> Generator[Any, Any, str]:
    yield
    return "old"


def test_whatever_says_that_it_can_be_awaited_is_awaited() -> None:
    async def main() -> Any:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        future.set_result("future")
        add(pm, "future", lambda: future)
        add(pm, "task", lambda: asyncio.ensure_future(asyncio.sleep(0, "task")))
        add(pm, "own", lambda: Own())
        add(pm, "generator", lambda: old_coroutine())
        add(pm, "plain", lambda: 1)
        return await pm.ahook.hook(value=0)

    class Own:
        def __await__(self) -> Generator[Any, Any, str]:
            yield from asyncio.sleep(0).__await__()
            return "own"

    pm = manager()
    plain, generator, *rest = asyncio.run(main())
    assert (plain, rest) == (1, ["own", "task", "future"])
    assert isinstance(generator, types.GeneratorType)  # which has no __await__
    generator.close()


def test_what_cannot_be_awaited_after_all_is_an_error_of_its_plugin() -> None:
    class Angry:
        def __getattr__(self, name: str) -> Any:
            raise ValueError(name)

    pm = manager(collect_errors=True)
    add(pm, "lazily", lambda: Lazily())
    add(pm, "angry", lambda: Angry())
    coroutine = pm.ahook.hook(value=0).__await__()
    with pytest.raises(HookErrors) as caught:
        coroutine.send(None)
    assert caught.value.plugin_names == ("angry", "lazily")
    assert [type(error) for error in caught.value.exceptions] == [ValueError, TypeError]


# --- what may happen meanwhile -------------------------------------------------------------------


def test_a_call_goes_on_with_the_plugins_it_began_with() -> None:
    pm = manager()
    first = add(pm, "first", lambda value: "first")
    add(pm, "waits", waits)
    coroutine, _ = begun(pm.ahook.hook(value=0))
    pm.unregister(first)
    gc.collect()
    assert ended(coroutine, "waited") == ["waited", "first"]


@pytest.mark.parametrize("old", [False, True])
def test_closing_a_call_that_waits_runs_the_second_halves_of_wrappers(old: bool) -> None:
    pm, log = manager(), []

    def wrapper() -> Generator[None, Any, Any]:
        try:
            outcome = yield
            log.append(type(outcome.exception))
        except BaseException as error:
            log.append(type(error))
            raise

    add(pm, "waits", waits)
    add(pm, "wrapper", wrapper, **{"hookwrapper" if old else "wrapper": True})
    coroutine, _ = begun(pm.ahook.hook(value=0))
    coroutine.close()
    assert log == [GeneratorExit]


def test_a_call_that_nobody_awaits_any_more_is_freed() -> None:
    class Value:
        pass

    pm, value = manager(), Value()
    box: list[Any] = []
    add(pm, "waits", waits)
    add(pm, "result", lambda value: value)
    coroutine, _ = begun(pm.ahook.hook(value=(value, box)))
    box.append(coroutine)  # a circle by way of a result and of an argument
    gone = weakref.ref(value)
    del value, coroutine
    assert gone() is not None
    del box
    gc.collect()
    assert gone() is None


def test_a_waterfall_waits_between_two_of_its_steps() -> None:
    pm = manager(waterfall="value")
    add(pm, "last", lambda value: value + "!")
    add(pm, "waits", waits)
    add(pm, "first", lambda value: value + "?")
    coroutine, _ = begun(pm.ahook.hook(value="x"))
    assert ended(coroutine, "waited") == "waited!"


# --- out of turn ---------------------------------------------------------------------------------


def test_steps_out_of_turn_are_refused() -> None:
    pm = manager()
    add(pm, "waits", waits)
    steps: Any = pm.hook.hook._mainstay_steps("in order", value=0)
    with pytest.raises(TypeError, match="cannot create"):
        type(steps)()
    for step in (lambda: steps.send(1), lambda: steps.throw(KeyError()), steps.finish):
        with pytest.raises(RuntimeError, match="out of turn"):
            step()
    with pytest.raises(RuntimeError, match="there are 0 implementations"):
        steps.call(0)
    steps.begin().close()
    for step in (steps.begin, steps.finish):
        with pytest.raises(RuntimeError, match="out of turn"):
            step()
    with pytest.raises(TypeError, match="throw\\(\\) takes an exception, got 1"):
        steps.throw(1)
    assert steps.send("waited") is None
    with pytest.raises(RuntimeError, match="out of turn"):
        steps.send("again")
    assert steps.finish() == ["waited"]


def test_a_step_within_a_step_is_refused() -> None:
    pm, taken = manager(), []

    def meddles() -> None:
        with pytest.raises(RuntimeError, match="out of turn"):
            taken[0].begin()

    add(pm, "meddles", meddles)
    taken.append(pm.hook.hook._mainstay_steps("in order", value=0))
    assert taken[0].begin() is None
    assert taken.pop().finish() == []


def test_those_that_run_together_are_called_by_number() -> None:
    pm = manager()
    add(pm, "second", lambda value: value + 1)
    add(pm, "first", lambda value: value)
    steps: Any = pm.hook.hook._mainstay_steps("together", value=1)
    assert steps.implementations == 2
    assert steps.begin() is True
    assert [steps.call(number) for number in (1, 0, 1)] == [2, 1, 2]
    for number in (2, -1):
        with pytest.raises((RuntimeError, OverflowError)):
            steps.call(number)
    assert [steps.send("first"), steps.send("second")] == [True, None]
    assert steps.finish() == ["first", "second"]


@pytest.mark.parametrize("arguments", [(), (1,), ("sideways",)])
def test_steps_are_asked_for_in_one_of_three_ways(arguments: tuple[Any, ...]) -> None:
    hook: Any = manager().hook.hook
    with pytest.raises((TypeError, ValueError), match="_mainstay_steps"):
        hook._mainstay_steps(*arguments, value=1)


def test_steps_refuse_arguments_without_a_name_as_the_call_does() -> None:
    hook: Any = manager().hook.hook
    with pytest.raises(TypeError, match="keyword arguments only, got 1 without a name"):
        hook._mainstay_steps("report", 1)


def test_hooks_of_other_kinds_have_no_steps() -> None:
    assert manager(historic=True).hook.hook._mainstay_steps("in order", value=1) is None
    assert isinstance(manager().hook.hook._mainstay_steps("in order", value=1), _native.Steps)
