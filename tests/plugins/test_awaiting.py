"""Awaited hooks: both kinds of implementations and wrappers mixed, in order or at the same time."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Any

import pytest
import trio
from mainstay.plugins import (
    HookCallError,
    HookErrors,
    HookimplMarker,
    PluginManager,
    PluginValidationError,
)

from .strict import add
from .strict import manager as _manager

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


_looked_on = [False]


@pytest.fixture(params=[False, True], ids=["by plan", "looked on"], autouse=True)
def looked_on(request: pytest.FixtureRequest) -> Generator[bool, None, None]:
    """Every test twice: with native code making the calls step by step, and with Python."""
    _looked_on[0] = request.param
    yield request.param
    _looked_on[0] = False


def manager(**options: Any) -> PluginManager:
    """A project's manager that nobody, or somebody, looks on at."""
    made = _manager(**options)
    if _looked_on[0]:
        made.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    return made


async def _awaited(make: Callable[[], Awaitable[Any]]) -> Any:
    return await make()


def _by_asyncio(make: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(_awaited(make))


def _by_trio(make: Callable[[], Awaitable[Any]]) -> Any:
    return trio.run(_awaited, make)


def _by_hand(make: Callable[[], Awaitable[Any]]) -> Any:
    """No loop at all: whoever awaits nothing real needs none."""
    coroutine = _awaited(make)
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits for something")


@pytest.fixture(params=[_by_asyncio, _by_trio], ids=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    """Each library of tasks that is known."""
    chosen: Run = request.param
    return chosen


async def tick() -> None:
    """Let others run, under whichever library it is."""
    import sniffio

    if sniffio.current_async_library() == "trio":
        await trio.lowlevel.checkpoint()
    else:
        await asyncio.sleep(0)


def later(value: Any, ticks: int = 1) -> Any:
    """An implementation that awaits before it answers; an exception is raised."""

    async def answer() -> Any:
        for _ in range(ticks):
            await tick()
        if isinstance(value, BaseException):
            raise value
        return value

    return answer


class Gate:
    """What implementations wait at until a test opens it, and where it sees who got there."""

    def __init__(self) -> None:
        self.here = 0
        self.open = False
        self.cancelled = 0

    async def wait(self) -> None:
        self.here += 1
        try:
            while not self.open:
                await tick()
        except BaseException:
            self.cancelled += 1
            raise


# --- in order ------------------------------------------------------------------------------------


def test_both_kinds_are_mixed_and_answer_in_the_order_of_an_ordinary_call(run):
    pm = manager()
    add(pm, "plain", lambda value: value + 1)
    add(pm, "awaits", later(20))
    add(pm, "silent", later(None))
    assert run(lambda: pm.ahook.hook(value=1)) == [20, 2]


def test_one_begins_when_the_one_before_has_ended(run):
    pm = manager()
    log: list[str] = []

    def note(name: str) -> Any:
        async def work() -> None:
            log.append(f"{name} begins")
            await tick()
            log.append(f"{name} ends")

        return work

    add(pm, "second", note("second"))
    add(pm, "first", note("first"))
    run(lambda: pm.ahook.hook(value=0))
    assert log == ["first begins", "first ends", "second begins", "second ends"]


def test_in_order_no_loop_is_needed():
    pm = manager()

    async def answer(value: int) -> int:
        return value

    add(pm, "plain", lambda value: value + 1)
    add(pm, "awaits", answer)
    assert _by_hand(lambda: pm.ahook.hook(value=1)) == [1, 2]


def test_after_a_first_result_nobody_is_asked(run):
    pm = manager(firstresult=True)
    add(pm, "never asked", later(AssertionError("asked")))
    add(pm, "answers", later("yes"))
    add(pm, "passes", later(None))
    assert run(lambda: pm.ahook.hook(value=0)) == "yes"


def test_a_first_result_nobody_has_is_none(run):
    assert run(lambda: manager(firstresult=True).ahook.hook(value=0)) is None


def test_a_waterfall_awaits_each_before_the_next(run):
    pm = manager(waterfall="value")

    async def twice(value: int) -> int:
        await tick()
        return value * 2

    add(pm, "twice", twice)
    add(pm, "plus", lambda value: value + 1)
    assert run(lambda: pm.ahook.hook(value=3)) == 8


def test_errors_are_collected(run):
    pm = manager(collect_errors=True)
    add(pm, "late", later(KeyError("late")))
    add(pm, "fine", later("fine"))
    add(pm, "early", later(ValueError("early")))
    with pytest.raises(HookErrors) as caught:
        run(lambda: pm.ahook.hook(value=0))
    assert caught.value.plugin_names == ("early", "late")
    assert [answer.value for answer in caught.value.answers] == [None, "fine", None]


def test_a_report_says_who_answered(run):
    pm = manager()
    add(pm, "plain", lambda value: value)
    add(pm, "awaits", later("later"))
    report = run(lambda: pm.ahook.hook.report(value="now"))
    assert report.result == ["later", "now"]
    assert [(each.plugin_name, each.value) for each in report.answers] == [
        ("awaits", "later"),
        ("plain", "now"),
    ]


def test_defaults_of_the_specification_and_of_implementations_hold():
    pm = manager()

    class Plugin:
        @HookimplMarker("app")
        async def hook(self, value: int, more: int = 5) -> int:
            return value + more

    with pytest.raises(PluginValidationError):
        # What the specification does not have is refused as ever.
        add(pm, "stranger", lambda value, other: None)
    vars(pm.hook).clear()
    pm.register(Plugin())
    assert _by_hand(lambda: pm.ahook.hook(value=1)) == [6]
    assert _by_hand(lambda: pm.ahook.hook(value=1, more=2)) == [3]
    with pytest.raises(HookCallError, match="must provide argument 'value'"):
        _by_hand(lambda: pm.ahook.hook())


def test_a_subset_is_awaited_through_the_manager(run):
    pm = manager()
    out = add(pm, "out", later("out"))
    add(pm, "in", later("in"))
    some = pm.awaiting(pm.subset_hook_caller("hook", [out]))
    assert run(lambda: some(value=0)) == ["in"]
    with pytest.raises(TypeError, match=r"awaiting\(\) takes a hook, got 3"):
        pm.awaiting(3)  # type: ignore[arg-type]


def test_who_comes_during_a_call_is_seen_by_the_next(run):
    pm = manager()

    async def brings_another() -> str:
        await tick()
        if not pm.has_plugin("another"):
            add(pm, "another", lambda: "another")
        return "first"

    add(pm, "first", brings_another)
    assert run(lambda: pm.ahook.hook(value=0)) == ["first"]
    assert run(lambda: pm.ahook.hook(value=0)) == ["another", "first"]


def test_a_historic_hook_is_refused():
    pm = manager(historic=True)
    with pytest.raises(ValueError, match=r"is historic and cannot be awaited; call .*historic"):
        _by_hand(lambda: pm.ahook.hook(value=0))


def test_positional_arguments_are_refused_where_they_are_written():
    ahook: Any = manager().ahook
    for call in (ahook.hook, ahook.hook.report, ahook.hook.gather):
        with pytest.raises(
            TypeError, match=r"'hook' is called with keyword .* got 2 .* write hook\(value=...\)"
        ):
            call(0, 1)


def test_an_unknown_hook_is_no_attribute():
    pm = manager()
    with pytest.raises(AttributeError, match="there is no hook 'nothing'; there are 'hook'"):
        _ = pm.ahook.nothing
    assert repr(pm.ahook) == "<AsyncHookRelay hook>"
    assert repr(pm.ahook.hook) == "<AsyncHookCaller 'hook'>"
    assert pm.ahook.hook is pm.ahook.hook


def test_monitors_see_awaited_calls(run):
    pm = manager()
    add(pm, "awaits", later("yes"))
    seen: list[Any] = []
    undo = pm.add_hookcall_monitoring(
        lambda name, impls, kwargs: seen.append((name, dict(kwargs))),
        lambda outcome, name, impls, kwargs: seen.append(outcome.get_result()),
    )
    run(lambda: pm.ahook.hook(value=1))
    undo()
    run(lambda: pm.ahook.hook(value=1))
    assert seen == [("hook", {"value": 1}), ["yes"]]


# --- wrappers ------------------------------------------------------------------------------------


def test_wrappers_of_both_kinds_surround_the_call(run):
    pm = manager()
    log: list[Any] = []
    add(pm, "plain", lambda value: value)

    async def outer(value: Any) -> AsyncGenerator[Any, list[int]]:
        await tick()
        log.append("outer begins")
        result = yield
        await tick()
        log.append(("outer ends", result))
        yield [*result, "outer"]

    def inner(value: Any) -> Generator[None, list[int], list[int]]:
        log.append("inner begins")
        result = yield
        log.append(("inner ends", result))
        return [*result, 2]

    add(pm, "inner", inner, wrapper=True)
    add(pm, "outer", outer, wrapper=True)
    assert run(lambda: pm.ahook.hook(value=1)) == [1, 2, "outer"]
    assert log == ["outer begins", "inner begins", ("inner ends", [1]), ("outer ends", [1, 2])]


def test_an_asynchronous_wrapper_that_yields_once_leaves_the_outcome_as_it_was(run):
    pm = manager()

    async def look(value: Any) -> AsyncGenerator[None, Any]:
        yield

    add(pm, "look", look, wrapper=True)
    add(pm, "plain", lambda value: value)
    assert run(lambda: pm.ahook.hook(value=1)) == [1]


def test_an_asynchronous_wrapper_sees_an_error_and_may_answer_for_it(run):
    pm = manager()
    add(pm, "fails", later(KeyError("boom")))

    async def rescue(value: Any) -> AsyncGenerator[Any, Any]:
        try:
            yield
        except KeyError:
            await tick()
            yield "rescued"

    add(pm, "rescue", rescue, wrapper=True)
    assert run(lambda: pm.ahook.hook(value=1)) == "rescued"


def test_an_error_that_is_only_looked_at_goes_on(run):
    pm = manager()
    error = KeyError("boom")
    add(pm, "fails", later(error))

    async def swallow(value: Any) -> AsyncGenerator[None, Any]:
        try:
            yield
        except KeyError:
            pass

    add(pm, "swallow", swallow, wrapper=True)
    with pytest.raises(KeyError) as caught:
        run(lambda: pm.ahook.hook(value=1))
    assert caught.value is error


@pytest.mark.parametrize("error", [StopIteration("x"), StopAsyncIteration("x")], ids=repr)
def test_an_error_generators_cannot_let_out_passes_them_unchanged(error):
    pm = manager()

    def fail(value: Any) -> None:
        raise error

    def around(value: Any) -> Generator[None, Any, Any]:
        return (yield)

    async def around_async(value: Any) -> AsyncGenerator[None, Any]:
        yield

    add(pm, "fails", fail)
    add(pm, "around", around, wrapper=True)
    add(pm, "around async", around_async, wrapper=True)
    coroutine = pm.ahook.hook.report(value=0)
    with pytest.raises((RuntimeError, StopAsyncIteration)) as caught:
        coroutine.send(None)
    # A coroutine cannot let a StopIteration out either.
    assert error in (caught.value, caught.value.__cause__)


def test_wrappers_of_the_older_form_get_a_result_in_either_kind(run):
    pm = manager()
    add(pm, "plain", lambda value: value)
    seen: list[Any] = []

    def old(value: Any) -> Generator[None, Any, None]:
        outcome = yield
        seen.append(outcome.get_result())
        outcome.force_result("old")

    async def old_async(value: Any) -> AsyncGenerator[None, Any]:
        outcome = yield
        await tick()
        seen.append(outcome.get_result())
        outcome.force_exception(KeyError("forced"))

    add(pm, "old", old, hookwrapper=True)
    add(pm, "old async", old_async, hookwrapper=True)
    with pytest.raises(KeyError, match="forced"):
        run(lambda: pm.ahook.hook(value=1))
    assert seen == [[1], "old"]


def test_a_wrapper_that_fails_before_its_yield_closes_those_around_it(run):
    pm = manager()
    log: list[str] = []

    def outer(value: Any) -> Generator[None, Any, Any]:
        try:
            return (yield)
        finally:
            log.append("outer closed")

    async def fails(value: Any) -> AsyncGenerator[None, Any]:
        await tick()
        raise KeyError("boom")
        yield

    add(pm, "fails", fails, wrapper=True)
    add(pm, "outer", outer, wrapper=True)
    add(pm, "never asked", later(AssertionError("asked")))
    with pytest.raises(KeyError, match="boom"):
        run(lambda: pm.ahook.hook(value=1))
    assert log == ["outer closed"]


async def _no_yield_async(value: Any) -> AsyncGenerator[None, Any]:
    return
    yield


def _no_yield(value: Any) -> Generator[None, Any, Any]:
    return
    yield


def _two_yields(value: Any) -> Generator[None, Any, Any]:
    yield
    yield


async def _three_yields(value: Any) -> AsyncGenerator[None, Any]:
    yield
    yield
    yield


async def _two_yields_old(value: Any) -> AsyncGenerator[None, Any]:
    yield
    yield


@pytest.mark.parametrize(
    ("wrapper", "option", "message"),
    [
        (_no_yield_async, "wrapper", "did not yield"),
        (_three_yields, "wrapper", "has third yield"),
        (_two_yields_old, "hookwrapper", "has second yield"),
    ],
)
def test_wrappers_that_yield_too_seldom_or_too_often_are_named(wrapper, option, message, run):
    pm = manager()
    add(pm, "odd", wrapper, **{option: True})
    with pytest.raises(RuntimeError, match=rf"wrapper of plugin 'odd' {message}, in .*py:\d+"):
        run(lambda: pm.ahook.hook(value=1))


@pytest.mark.parametrize("wrapper", [_no_yield, _two_yields])
def test_ordinary_wrappers_that_misbehave_are_named_as_by_an_ordinary_call(wrapper, run):
    pm = _manager()
    add(pm, "odd", wrapper, wrapper=True)
    said = []
    for call in (lambda: pm.hook.hook(value=1), lambda: run(lambda: pm.ahook.hook(value=1))):
        with pytest.raises(RuntimeError) as caught:
            call()
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert f"wrap_controller at {wrapper.__name__!r} {__file__}:" in said[0]


@pytest.mark.parametrize("wrapper", [_no_yield, _two_yields])
def test_where_python_makes_the_call_they_are_named_by_their_plugin(wrapper, run):
    pm = _manager()
    add(pm, "odd", wrapper, wrapper=True)
    pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    with pytest.raises(RuntimeError, match=r"wrapper of plugin 'odd' .* yield, in .*py:\d+"):
        run(lambda: pm.ahook.hook(value=1))


def test_an_ordinary_call_with_an_asynchronous_wrapper_is_refused_until_it_is_gone():
    pm = manager()
    add(pm, "plain", lambda value: value)
    wrapper = add(pm, "odd", _no_yield_async, wrapper=True)
    with pytest.raises(
        TypeError, match=r"wrapper of plugin 'odd' is asynchronous.*await manager\.ahook\.hook"
    ):
        pm.hook.hook(value=1)
    pm.unregister(wrapper)
    assert pm.hook.hook(value=1) == [1]


# --- at the same time ----------------------------------------------------------------------------


def test_gathered_ones_run_at_the_same_time_and_answer_in_order(run):
    pm = manager()
    gate = Gate()

    def waits(answer: str) -> Any:
        async def wait() -> str:
            await gate.wait()
            return answer

        return wait

    async def opens() -> str:
        while gate.here < 2:
            await tick()
        gate.open = True
        return "opener"

    add(pm, "b", waits("b"))
    add(pm, "opens", opens)
    add(pm, "a", waits("a"))
    add(pm, "plain", lambda value: value)
    assert run(lambda: pm.ahook.hook.gather(value="plain")) == ["plain", "a", "opener", "b"]


def test_the_first_error_cancels_the_others_and_is_raised(run):
    pm = manager()
    gate = Gate()
    error = KeyError("boom")

    async def fails() -> None:
        while gate.here < 2:
            await tick()
        raise error

    for name in ("one", "two"):
        add(pm, name, lambda: gate.wait())
    add(pm, "fails", fails)
    with pytest.raises(KeyError) as caught:
        run(lambda: pm.ahook.hook.gather(value=0))
    assert caught.value is error
    assert gate.cancelled == 2


def test_gathered_errors_are_collected_and_nobody_is_cancelled(run):
    pm = manager(collect_errors=True)
    add(pm, "late", later(KeyError("late"), 5))
    add(pm, "fine", later("fine", 9))
    add(pm, "early", later(ValueError("early"), 1))
    with pytest.raises(HookErrors) as caught:
        run(lambda: pm.ahook.hook.gather(value=0))
    assert caught.value.plugin_names == ("early", "late")
    assert [answer.value for answer in caught.value.answers] == [None, "fine", None]


def test_the_first_result_is_the_first_by_order_and_ends_the_others(run):
    pm = manager(firstresult=True)
    gate = Gate()
    add(pm, "hangs", lambda: gate.wait())
    add(pm, "answers late", later("by order", 20))
    add(pm, "passes later still", later(None, 30))
    assert run(lambda: pm.ahook.hook.gather(value=0)) == "by order"
    assert gate.cancelled == gate.here == 1


def test_wrappers_surround_all_that_is_gathered(run):
    pm = manager()
    add(pm, "plain", later("plain"))

    async def around(value: Any) -> AsyncGenerator[Any, Any]:
        yield ("around", (yield))

    add(pm, "around", around, wrapper=True)
    assert run(lambda: pm.ahook.hook.gather(value=0)) == ("around", ["plain"])


def test_a_waterfall_cannot_be_gathered():
    pm = manager(waterfall="value")
    with pytest.raises(ValueError, match=r"'hook' is a waterfall: .* await the hook itself"):
        _by_hand(lambda: pm.ahook.hook.gather(value=0))


def test_without_an_event_loop_nothing_is_gathered():
    pm = manager()
    add(pm, "never asked", lambda: pytest.fail("asked"))
    with pytest.raises(
        RuntimeError, match=r"gather\(\) starts tasks and needs a running event loop"
    ):
        _by_hand(lambda: pm.ahook.hook.gather(value=0))


def test_nothing_to_gather_is_an_empty_list(run):
    assert run(lambda: manager().ahook.hook.gather(value=0)) == []


# --- cancellation --------------------------------------------------------------------------------


@pytest.mark.parametrize("gathered", [False, True], ids=["in order", "gathered"])
def test_a_cancellation_reaches_implementations_and_wrappers_and_passes(gathered):
    pm = manager()
    gate = Gate()
    seen: list[type[BaseException]] = []
    add(pm, "hangs", lambda: gate.wait())

    async def around(value: Any) -> AsyncGenerator[None, Any]:
        try:
            yield
        except BaseException as error:
            await asyncio.sleep(0)  # a wrapper may still await, once the call is cancelled
            seen.append(type(error))
            raise

    add(pm, "around", around, wrapper=True)
    hook = pm.ahook.hook

    async def main() -> None:
        task = asyncio.ensure_future(hook.gather(value=0) if gathered else hook(value=0))
        while not gate.here:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert seen == [asyncio.CancelledError]
    assert gate.cancelled == 1


@pytest.mark.parametrize("gathered", [False, True], ids=["in order", "gathered"])
def test_a_cancelled_scope_of_trio_ends_the_call(gathered):
    pm = manager()
    gate = Gate()
    add(pm, "hangs", lambda: gate.wait())
    hook = pm.ahook.hook

    async def main() -> None:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:

                async def call() -> None:
                    await (hook.gather(value=0) if gathered else hook(value=0))
                    raise AssertionError("it came back")

                nursery.start_soon(call)
                while not gate.here:
                    await trio.lowlevel.checkpoint()
                scope.cancel()
        assert scope.cancelled_caught

    trio.run(main)
    assert gate.cancelled == 1


def test_a_second_cancellation_does_not_leave_anybody_behind():
    pm = manager()
    stubborn = {"begun": False, "ended": False}

    async def slow_to_end() -> None:
        stubborn["begun"] = True
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            stubborn["ended"] = True

    add(pm, "slow to end", slow_to_end)

    async def main() -> None:
        task = asyncio.ensure_future(pm.ahook.hook.gather(value=0))
        while not stubborn["begun"]:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stubborn["ended"]

    asyncio.run(main())


def test_an_implementation_that_cancels_itself_is_an_end_like_any_other():
    pm = manager()

    async def gives_up() -> None:
        raise asyncio.CancelledError

    add(pm, "gives up", gives_up)
    add(pm, "fine", later("fine"))

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await pm.ahook.hook.gather(value=0)

    asyncio.run(main())


@pytest.mark.parametrize("collect_errors", [False, True], ids=["first", "collected"])
@pytest.mark.parametrize("way", ["ordinary", "in order", "gathered"])
def test_a_call_that_raised_leaves_no_cycle(collect_errors, way):
    pm = manager(collect_errors=collect_errors)

    class Noticed(Exception):
        pass

    def fails() -> None:
        raise Noticed

    def call() -> Any:
        if way == "ordinary":
            pm.hook.hook.report(value=0)
        elif way == "in order":
            _by_hand(lambda: pm.ahook.hook(value=0))
        else:
            raise_from(gathered())

    async def gathered() -> None:
        # Neither raised nor returned: asyncio's own task and its outcome would hold each other.
        try:
            await pm.ahook.hook.gather(value=0)
        except Exception as error:
            raised.append(error)

    def raise_from(coroutine: Any) -> None:
        loop.run_until_complete(coroutine)
        raise raised.pop()

    add(pm, "fails", fails)
    raised: list[Exception] = []
    loop = asyncio.new_event_loop()
    gc.collect()
    gc.disable()
    try:
        try:
            call()
        except Noticed as error:
            ghost = weakref.ref(error)
        except HookErrors as error:
            ghost = weakref.ref(error.exceptions[0])
        assert ghost() is None
    finally:
        gc.enable()
        loop.close()
