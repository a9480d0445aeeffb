"""Calls that a program looks on at run natively, and what it may see and do meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from concurrent import futures
from typing import Any

import pytest
from mainstay.retry import testing

from .doors import LENIENT, STRICT, Clock, Door, drive


def no_sleep(seconds: float) -> None:
    """The policy's sleep."""


async def no_async_sleep(seconds: float) -> None:
    """The same, awaited."""


def failing(times: int) -> Callable[[], str]:
    """A function that fails so many times, then returns."""
    left = times

    def work() -> str:
        nonlocal left
        left -= 1
        if left >= 0:
            raise OSError(left)
        return "done"

    return work


def look(state: Any) -> None:
    """A hook that looks at what there is."""
    repr(state)


async def look_later(state: Any) -> None:
    """The same, to be awaited."""
    repr(state)


def answer(number: Any) -> Callable[[Any], Any]:
    """A strategy of the program's own."""
    return lambda state: number


SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "before": lambda api: {"before": look},
    "after": lambda api: {"after": look},
    "before_sleep": lambda api: {"before_sleep": look},
    "callback": lambda api: {"retry_error_callback": look},
    "stop": lambda api: {"stop": answer(False)},
    "wait": lambda api: {"wait": answer(0.5)},
    "retry": lambda api: {"retry": lambda state: state.outcome.failed},
    "a part of a strategy": lambda api: {"wait": api.wait_fixed(1) + answer(0.5)},
    "an error class": lambda api: {"retry_error_cls": type("Mine", (api.RetryError,), {})},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_policy_with_python_in_it_runs_natively(ours: Door, shape: str) -> None:
    decorated = ours.api.retry(sleep=no_sleep, **SHAPES[shape](ours.api))(failing(2))
    with testing.paths() as ways:
        assert decorated() == "done"
    assert ways == {"native": 1}


@pytest.mark.parametrize("hook", [look, look_later])
@pytest.mark.parametrize("shape", ["before", "after", "before_sleep"])
def test_a_coroutine_with_hooks_runs_natively(ours: Door, shape: str, hook: Any) -> None:
    work = failing(2)

    async def function() -> str:
        return work()

    decorated = ours.api.retry(sleep=no_async_sleep, **{shape: hook})(function)
    with testing.paths() as ways:
        assert drive(decorated()) == "done"
    assert ways == {"native": 1}


def test_a_block_that_is_looked_at_stays_native(ours: Door) -> None:
    work = failing(2)
    with testing.paths() as ways:
        for attempt in ours.api.Retrying(sleep=no_sleep, after=look):
            with attempt:
                work()
            attempt.retry_state.outcome.exception()
    assert ways == {"native": 1}


def test_an_async_block_is_native(ours: Door) -> None:
    work = failing(2)

    async def block() -> None:
        async for attempt in ours.api.AsyncRetrying(sleep=no_async_sleep):
            with attempt:
                work()

    with testing.paths() as ways:
        drive(block())
    assert ways == {"native": 1}


# --- calls by a controller, without a decorator ---------------------------------------------------


def test_a_function_that_a_policy_is_called_with_counts_as_a_decorated_one(ours: Door) -> None:
    async def function() -> int:
        return 3

    with testing.paths() as ways:
        ours.api.Retrying(sleep=no_sleep)(failing(2))
        drive(ours.api.AsyncRetrying()(function))
        ours.api.Retrying(enabled=False)(int)
    assert ways == {"native": 2}


def test_what_keeps_such_a_call_from_the_native_path_is_said() -> None:
    with testing.paths() as ways:
        STRICT.api.Retrying(keep_exceptions=2, sleep=no_sleep)(failing(1))
        with testing.quick(attempts=2):
            STRICT.api.Retrying()(failing(1))
    assert ways == {"exceptions are kept": 1, "the test switch is on": 1}


def test_a_decorated_function_whose_call_is_made_by_a_copy_counts_once(ours: Door) -> None:
    class Overriding(ours.api.Retrying):  # type: ignore[misc]
        def __call__(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
            return super().__call__(fn, *args, **kwargs)

    decorated = ours.api.retry(sleep=no_sleep)(failing(1))
    with testing.paths() as ways:
        Overriding().wraps(int)()
        with testing.quick(attempts=2):
            decorated()
    assert ways == {"the controller's class is not built in": 1, "the test switch is on": 1}


# --- subclasses ----------------------------------------------------------------------------------


def ways_of(controller: Any) -> dict[str, int]:
    """Which way one call went."""
    gc.collect()  # what earlier tests left may hold strategies, and must not go in the middle
    with testing.paths() as ways:
        assert controller.wraps(failing(1))() == "done"
    return ways


OVERRIDES: dict[str, str] = {
    "iter": "native",
    "_run_wait": "the controller's class is not built in",
    "_add_action_func": "the controller's class is not built in",
    "begin": "the controller's class is not built in",
    "copy": "the controller's class is not built in",
    "__init__": "the controller's class is not built in",
    "__call__": "the controller's class is not built in",
    "of_its_own": "native",
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_subclass_goes_the_way_of_what_it_overrides(ours: Door, name: str) -> None:
    called: list[str] = []

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return getattr(super(made, self), name)(*args, **kwargs)

    made = type("Mine", (ours.api.Retrying,), {name: method})
    # Strategies of its own: another test may have taken the `__dict__` of a shared default.
    controller = made(
        sleep=no_sleep,
        stop=ours.api.stop_after_attempt(9),
        wait=ours.api.wait_fixed(0),
        retry=ours.api.retry_if_exception_type(),
    )
    called.clear()
    assert ways_of(controller) == {OVERRIDES[name]: 1}
    assert bool(called) == (name != "of_its_own")


def test_a_method_put_on_the_class_later_is_called(ours: Door) -> None:
    class Mine(ours.api.Retrying):  # type: ignore[name-defined, misc]
        pass

    called: list[int] = []

    def iterate(self: Any, retry_state: Any) -> Any:
        called.append(retry_state.attempt_number)
        return super(Mine, self).iter(retry_state)

    controller = Mine(sleep=no_sleep)
    ways_of(controller)
    assert called == []
    Mine.iter = iterate
    ways_of(controller)
    assert called == [1, 1, 2, 2]
    del Mine.iter
    ways_of(controller)
    assert called == [1, 1, 2, 2]


def test_a_method_put_on_the_doors_class_is_called_for_subclasses(
    ours: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mine(ours.api.Retrying):  # type: ignore[name-defined, misc]
        pass

    controller = Mine(sleep=no_sleep)
    ways_of(controller)
    waits: list[int] = []
    stock = ours.api.Retrying._run_wait

    def run_wait(self: Any, retry_state: Any) -> None:
        waits.append(retry_state.attempt_number)
        stock(self, retry_state)

    monkeypatch.setattr(ours.api.Retrying, "_run_wait", run_wait)
    ways_of(controller)
    assert waits == [1]


def test_a_part_of_the_policy_may_be_a_property_of_the_class(door: Door) -> None:
    class Mine(door.api.Retrying):  # type: ignore[name-defined, misc]
        @property
        def wait(self) -> Any:
            return answer(3.0)

        @wait.setter
        def wait(self, value: Any) -> None:
            pass

    slept: list[float] = []
    assert Mine(sleep=slept.append).wraps(failing(2))() == "done"
    assert slept == [3.0, 3.0]


# --- what is seen --------------------------------------------------------------------------------


def test_a_call_works_on_a_copy_of_its_controller(door: Door) -> None:
    seen: list[Any] = []

    def hook(state: Any) -> None:
        seen.append(state.retry_object)

    decorated = door.api.retry(sleep=no_sleep, before=hook, wait=answer(1.0), name="job")(
        failing(1)
    )
    decorated.retry.extra = "stays"
    decorated()
    assert seen[0] is seen[1]
    assert seen[0] is not decorated.retry
    assert type(seen[0]) is type(decorated.retry)
    assert not hasattr(seen[0], "extra")
    assert str(seen[0]) == "job"
    assert seen[0].wait is decorated.retry.wait
    assert seen[0].statistics is decorated.statistics


def test_what_is_changed_during_a_call_counts_for_the_next(door: Door) -> None:
    slept: list[float] = []
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        decorated.retry.wait = door.api.wait_fixed(5)
        decorated.retry.stop = door.api.stop_after_attempt(2)
        raise OSError

    decorated = door.api.retry(
        sleep=slept.append, wait=answer(1.0), stop=door.api.stop_after_attempt(3), after=look
    )(work)
    for _ in range(2):
        with pytest.raises(door.api.RetryError):
            decorated()
    assert slept == [1.0, 1.0, 5.0]


def test_a_change_after_a_call_that_nobody_looked_at_does_not_reach_it(door: Door) -> None:
    # The call becomes one to look at when a strategy it shares is changed in the middle.
    wait = door.api.wait_incrementing(1, 1) if door.name != "strict" else door.api.wait_fixed(1)
    slept: list[float] = []

    def work() -> None:
        decorated.retry.stop = door.api.stop_never
        if door.name != "strict":
            wait.start = 7.0
        raise OSError

    decorated = door.api.retry(sleep=slept.append, wait=wait, stop=door.api.stop_after_attempt(3))(
        work
    )
    with pytest.raises(door.api.RetryError):
        decorated()
    assert len(slept) == 2


def test_what_a_hook_changes_on_its_controller_counts_at_once(door: Door) -> None:
    def hook(state: Any) -> None:
        state.retry_object.stop = door.api.stop_after_attempt(2)

    decorated = door.api.retry(sleep=no_sleep, after=hook)(failing(9))
    with pytest.raises(door.api.RetryError) as caught:
        decorated()
    assert caught.value.last_attempt.attempt_number == 2
    assert decorated.retry.stop is not None
    assert decorated.retry_with(after=None).retry.stop is door.api.stop_never


def test_the_state_of_a_call_may_be_kept(door: Door) -> None:
    kept: list[Any] = []
    decorated = door.api.retry(sleep=no_sleep, wait=answer(2.0), before_sleep=kept.append)(
        failing(2)
    )
    decorated()
    state = kept[0]
    assert kept[1] is state
    assert (state.attempt_number, state.idle_for, state.outcome.result()) == (3, 4.0, "done")
    assert state.retry_object.statistics["attempt_number"] == 3


def test_the_copy_shows_another_thread_statistics_of_its_own(door: Door) -> None:
    kept: list[Any] = []
    decorated = door.api.retry(sleep=no_sleep, before=kept.append)(failing(1))
    decorated()
    elsewhere: list[Any] = []
    thread = threading.Thread(target=lambda: elsewhere.append(kept[0].retry_object.statistics))
    thread.start()
    thread.join()
    assert elsewhere == [{}]
    assert kept[0].retry_object.statistics is decorated.statistics


def test_a_state_that_its_own_hook_keeps_is_collected(ours: Door) -> None:
    class Keeper:
        def __init__(self) -> None:
            self.states: list[Any] = []

        def __call__(self, state: Any) -> None:
            self.states.append(state)

    keeper = Keeper()
    decorated = ours.api.retry(sleep=no_sleep, before=keeper, wait=answer(0.0))(failing(2))
    decorated()
    gone = weakref.ref(keeper)
    del keeper, decorated
    gc.collect()
    assert gone() is None


def test_an_outcome_is_one_future_however_often_it_is_looked_at(door: Door) -> None:
    seen: list[Any] = []

    def note(state: Any) -> None:
        seen.append(state.outcome)

    decorated = door.api.retry(
        sleep=no_sleep, stop=door.api.stop_after_attempt(1), after=note, retry_error_callback=note
    )(failing(1))
    decorated()
    assert seen[0] is seen[1]
    assert seen[0].failed
    assert seen[0].done()
    assert isinstance(seen[0].exception(timeout=1), OSError)
    with pytest.raises(OSError, match="0"):
        seen[0].result()


def test_a_future_that_is_not_finished_waits_as_any(door: Door) -> None:
    future = door.api.Future(1)
    with pytest.raises(futures.TimeoutError):
        future.result(timeout=0)
    future.set_result("late")
    assert (future.result(), future.exception(), future.failed) == ("late", None, False)
    cancelled = door.api.Future(2)
    cancelled.cancel()
    with pytest.raises(futures.CancelledError):
        cancelled.exception()


def test_a_result_is_judged_without_a_future(ours: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    stock = ours.api.RetryCallState._future
    monkeypatch.setattr(
        ours.api.RetryCallState, "_future", staticmethod(lambda: made.append(1) or stock())
    )
    decorated = ours.api.retry(
        sleep=no_sleep,
        before=lambda state: None,
        retry=ours.api.retry_if_exception_type() | ours.api.retry_if_result(lambda v: v is None),
    )(failing(1))
    assert decorated() == "done"
    assert made == []


def test_a_stop_iteration_is_not_the_end_of_a_block(door: Door) -> None:
    with pytest.raises(RuntimeError, match="generator raised StopIteration") as caught:
        for attempt in door.api.Retrying(retry=door.api.retry_never):
            with attempt:
                raise StopIteration("mine")
    assert isinstance(caught.value.__cause__, StopIteration)


def test_a_stop_iteration_is_not_what_an_async_block_or_a_coroutine_returns(door: Door) -> None:
    async def block() -> None:
        async for attempt in door.api.AsyncRetrying(retry=door.api.retry_never):
            with attempt:
                raise StopIteration("mine")

    def stop() -> None:
        raise StopIteration("mine")

    retrying = door.api.AsyncRetrying(retry=door.api.retry_never)
    for awaitable in (block(), retrying(stop), retrying.wraps(stop)()):
        with pytest.raises(RuntimeError, match="coroutine raised StopIteration") as caught:
            drive(awaitable)
        assert isinstance(caught.value.__cause__, StopIteration)


def test_a_patched_clock_is_the_clock_and_its_calls_count_as_such(ours: Door) -> None:
    stamps: list[Any] = []
    decorated = ours.api.retry(
        sleep=no_sleep, after=lambda state: stamps.append(state.seconds_since_start)
    )
    clock = Clock(100.0)

    def work() -> str:
        clock.now += 2
        if len(stamps) < 2:
            raise OSError
        return "done"

    function = decorated(work)
    with clock.patched(), testing.paths() as ways:
        assert function() == "done"
    assert stamps == [2.0, 4.0]
    assert function.statistics["start_time"] == 100.0
    assert ways == {"the clock is patched": 1}


def test_the_test_switch_may_be_turned_on_by_a_hook() -> None:
    slept: list[float] = []

    def hook(state: Any) -> None:
        testing.set_quick(attempts=2)

    decorated = LENIENT.api.retry(sleep=slept.append, wait=answer(9.0), after=hook)(failing(9))
    try:
        with pytest.raises(LENIENT.api.RetryError) as caught:
            decorated()
    finally:
        testing.set_quick(on=False)
    assert caught.value.last_attempt.attempt_number == 2
    assert slept == []


def test_two_async_blocks_at_once_keep_their_numbers_apart(ours: Door) -> None:
    retrying = ours.api.AsyncRetrying(sleep=no_async_sleep)

    async def both() -> list[int]:
        first, second = aiter(retrying), aiter(retrying)
        numbers = []
        for loop in (first, second, first):
            attempt = await anext(loop)
            numbers.append(attempt.retry_state.attempt_number)
            with attempt:
                raise OSError
        return numbers

    assert drive(both()) == [1, 1, 2]
