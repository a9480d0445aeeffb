"""Memory: calls leave nothing behind, and cycles through policies are collected."""

from __future__ import annotations

import gc
import sys
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from mainstay.retry import _native

from .doors import Door, drive

ROUNDS = 100  # at most, until one keeps nothing
CALLS = 10_000


async def sleep_nothing(seconds: float) -> None:
    """A coroutine sleep."""


def mixture(door: Door) -> Callable[[int], None]:
    """A call of each kind in turn: successes, failures, blocks, coroutines, hooks."""
    api = door.api
    wait = api.wait_chain(api.wait_random(0, 1), api.wait_exponential(max=3) + api.wait_fixed(1))
    policy: dict[str, Any] = {
        "stop": api.stop_after_attempt(3) | api.stop_after_delay(1000),
        "wait": wait,
        "retry": api.retry_if_exception_type(OSError) | api.retry_if_result(lambda v: v is None),
        "before": lambda state: None,
        "after": lambda state: repr(state),
        "before_sleep": lambda state: state.retry_object.statistics["idle_for"],
    }
    retrying = api.Retrying(sleep=lambda seconds: None, **policy)
    awaiting = api.AsyncRetrying(sleep=sleep_nothing, **policy)

    def fail() -> None:
        raise OSError("o")

    decorated = api.retry(sleep=lambda seconds: None, **policy)(fail)

    async def async_block() -> None:
        async for attempt in awaiting:
            with attempt:
                raise OSError

    def block() -> None:
        for attempt in retrying:
            with attempt:
                raise OSError

    # Somebody looks, from the first failure on; at coroutines, by a hook that is awaited.
    logged = api.retry(
        sleep=lambda seconds: None,
        stop=api.stop_after_attempt(2),
        before_sleep=lambda state: state.outcome.exception(),
    )(fail)

    async def look(state: Any) -> None:
        repr(state)

    async def fail_later() -> None:
        raise OSError("o")

    awaited = api.retry(sleep=sleep_nothing, stop=api.stop_after_attempt(2), after=look)(fail_later)

    class Watched(api.Retrying):  # type: ignore[name-defined, misc]
        def iter(self, retry_state: Any) -> Any:
            return super().iter(retry_state)

    class WatchedAsync(api.AsyncRetrying):  # type: ignore[name-defined, misc]
        async def iter(self, retry_state: Any) -> Any:
            return await super().iter(retry_state)

    watched = Watched(sleep=lambda seconds: None, stop=api.stop_after_attempt(2)).wraps(fail)
    watched_async = WatchedAsync(sleep=sleep_nothing, stop=api.stop_after_attempt(2))

    def own_state() -> None:
        for attempt in api.Retrying(sleep=lambda seconds: None, stop=api.stop_after_attempt(2)):
            with attempt:
                pass
            vars(attempt.retry_state)["outcome"].result()

    def strategies() -> None:
        tree = api.stop_any(api.stop_never, api.stop_after_attempt(1)) & api.stop_never
        tree(api.RetryCallState(retrying, None, (), {}))
        for misuse in (lambda: _native.Turn(77), lambda: wait(None), lambda: tree(1, 2)):
            with pytest.raises((ValueError, AttributeError, TypeError)):
                misuse()

    kinds: list[Callable[[], Any]] = [
        lambda: retrying(int, "1"),
        lambda: drive(awaiting(int, "1")),
        decorated,
        lambda: retrying(lambda: None),
        lambda: drive(awaiting(fail)),
        block,
        lambda: drive(async_block()),
        lambda: decorated.retry_with(reraise=True)(),
        strategies,
        logged,
        lambda: drive(awaited()),
        lambda: drive(watched_async(fail)),
        watched,
        own_state,
    ]

    def call(number: int) -> None:
        try:
            kinds[number % len(kinds)]()
        except (OSError, api.RetryError):
            pass

    return call


def test_ten_thousand_calls_leave_nothing_behind(ours: Door) -> None:
    call = mixture(ours)

    def left_behind() -> tuple[int, int]:
        gc.collect()
        objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
        for number in range(CALLS):
            call(number)
        gc.collect()
        return len(gc.get_objects()) - objects, sys.getallocatedblocks() - blocks

    # What fills up once and stays (the interpreter's caches, pools) does so in the first rounds, by
    # half of what is missing or more in each; calls that leak do so in every round. One object per
    # fifty calls would be a leak.
    rounds = (left_behind() for _ in range(10))
    assert any(max(left) < CALLS / 50 for left in rounds)


def test_memory_does_not_grow_with_calls(ours: Door) -> None:
    call = mixture(ours)
    for number in range(300):
        call(number)
    gc.collect()
    tracemalloc.start()
    try:
        grown: list[int] = []
        while len(grown) < ROUNDS and (not grown or min(grown) >= 500):
            before = tracemalloc.get_traced_memory()[0]
            for number in range(300):
                call(number)
            gc.collect()
            grown.append(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()
    # The interpreter's free lists fill with traced memory round by round, less in each; a leak of
    # one small object by one of the kinds is more than this in every round.
    assert min(grown) < 500, f"bytes kept by each round of 300 calls: {grown}"


def references(thing: Any, use: Callable[[], Any]) -> int:
    """How many references to `thing` some uses leave."""
    before = sys.getrefcount(thing)
    for _ in range(25):
        use()
    return sys.getrefcount(thing) - before


def test_strategies_take_and_give_back_references(ours: Door) -> None:
    api = ours.api
    state = api.RetryCallState(api.Retrying(), None, (), {})
    error = OSError()
    state.set_exception((OSError, error, None))
    strategies = [
        api.stop_never,
        api.stop_after_attempt(2),
        api.stop_after_delay(2),
        api.stop_before_delay(2),
        api.stop_never | api.stop_never,
        api.stop_never & api.stop_never,
        api.wait_none(),
        api.wait_random(),
        api.wait_incrementing(),
        api.wait_exponential(),
        api.wait_random_exponential(),
        api.wait_exponential_jitter(),
        api.wait_exception(lambda _: 1.0),
        api.wait_chain(api.wait_none()),
        api.wait_none() + api.wait_none(),
    ]
    for strategy in strategies:
        for thing in (strategy, state, error, type(strategy), None):
            allowed = 20 if thing is None else 0  # None is everybody's
            assert references(thing, lambda strategy=strategy: strategy(state)) <= allowed  # type: ignore[misc]
            keyword = lambda strategy=strategy: strategy(retry_state=state)  # noqa: E731
            assert references(thing, keyword) <= allowed


def test_failing_strategies_give_back_references_too(ours: Door) -> None:
    api = ours.api

    class Hollow:
        """A state without attributes."""

    hollow = Hollow()
    for strategy in (
        api.stop_after_attempt(2),
        api.stop_after_delay(2) | api.stop_never,
        api.wait_exponential() + api.wait_none(),
        api.wait_chain(api.wait_incrementing()),
        api.wait_exponential_jitter(),
    ):

        def use(strategy: Any = strategy) -> None:
            with pytest.raises(AttributeError):
                strategy(hollow)
            with pytest.raises(TypeError):
                strategy(hollow, hollow)
            with pytest.raises(TypeError):
                strategy(other=hollow)

        gc.collect()
        assert references(hollow, use) <= 1
        assert references(strategy, use) <= 1


CYCLES: dict[str, Callable[[Any, list[Any]], Any]] = {
    "stop": lambda api, box: api.stop_any(lambda state: box),
    "stop event": lambda api, box: api.stop_when_event_set(Event(box)),
    "wait": lambda api, box: api.wait_combine(lambda state: box),
    "wait exception": lambda api, box: api.wait_exception(lambda error: box),
    "retry": lambda api, box: api.retry_if_result(lambda value: box),
    "controller": lambda api, box: api.Retrying(before=lambda state: box),
    "async controller": lambda api, box: api.AsyncRetrying(before=lambda state: box),
    "decorated": lambda api, box: api.retry(lambda: box),
    "state": lambda api, box: api.RetryCallState(None, None, (box,), {}),
}


class Event:
    """An event that holds on to something."""

    def __init__(self, box: list[Any]) -> None:
        self.box = box

    def is_set(self) -> bool:
        """Never."""
        return False


@pytest.mark.parametrize("kind", CYCLES)
def test_a_cycle_through_it_is_collected(ours: Door, kind: str) -> None:
    box: list[Any] = []
    thing = CYCLES[kind](ours.api, box)
    box.append(thing)
    gone = weakref.ref(thing)
    del thing, box
    gc.collect()
    assert gone() is None


def test_a_decorated_function_goes_with_its_last_reference(ours: Door) -> None:
    async def later() -> None: ...

    policy = {"stop": ours.api.stop_after_attempt(2)}
    gc.collect()
    gc.disable()
    try:
        for function in (lambda: None, later):
            decorated = ours.api.retry(**policy)(function)
            drive(decorated()) if function is later else decorated()
            gone = weakref.ref(decorated)
            del decorated
            assert gone() is None
    finally:
        gc.enable()


def test_a_finished_call_keeps_neither_arguments_nor_result(ours: Door) -> None:
    class Thing:
        """Something to watch."""

    decorated = ours.api.retry(lambda thing: [thing])
    thing = Thing()
    gone = weakref.ref(thing)
    decorated(thing)
    retrying = ours.api.Retrying()
    retrying(lambda thing: thing, thing)
    del thing
    gc.collect()
    assert gone() is None


def test_a_raised_error_is_collectable_with_all_that_hangs_on_it(ours: Door) -> None:
    class Mine(Exception):
        """An error to watch."""

    def fail() -> None:
        raise Mine

    errors: list[weakref.ref[Mine]] = []
    for reraise in (False, True):
        try:
            ours.api.Retrying(stop=ours.api.stop_after_attempt(2), reraise=reraise)(fail)
        except (Mine, ours.api.RetryError) as error:
            errors.append(weakref.ref(error if isinstance(error, Mine) else error.__cause__))
    gc.collect()
    assert [error() for error in errors] == [None, None]
