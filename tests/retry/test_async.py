"""Coroutines: under asyncio and trio, shared, cancelled, and with every callable awaited."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
import trio

from .doors import LENIENT, PEER, STRICT, Clock, Door, drive

RUNNERS: dict[str, Callable[[Any], Any]] = {"asyncio": asyncio.run, "trio": trio.run}


@pytest.fixture(params=RUNNERS)
def run(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    """Runs a coroutine function to its end, in one library or the other."""
    runner: Callable[[Any], Any] = RUNNERS[request.param]
    if request.param == "asyncio":
        return lambda function: asyncio.run(function())
    return runner


async def checkpoint() -> None:
    """Let others run, whatever the library."""
    import sniffio

    if sniffio.current_async_library() == "trio":
        await trio.lowlevel.checkpoint()
    else:
        await asyncio.sleep(0)


async def together(*functions: Callable[[], Any]) -> None:
    """Run coroutine functions at once and wait for all."""
    import sniffio

    if sniffio.current_async_library() == "trio":
        async with trio.open_nursery() as nursery:
            for function in functions:
                nursery.start_soon(function)
    else:
        await asyncio.gather(*(function() for function in functions))


def test_the_default_sleep_is_the_running_librarys(door: Door, run: Callable[[Any], Any]) -> None:
    calls = 0

    @door.api.retry(stop=door.api.stop_after_attempt(3), wait=door.api.wait_fixed(0.001))
    async def fetch() -> int:
        nonlocal calls
        calls += 1
        await checkpoint()
        if calls < 3:
            raise OSError
        return calls

    assert run(fetch) == 3


def test_loops_that_share_a_controller_keep_a_state_each(
    ours: Door, run: Callable[[Any], Any]
) -> None:
    # The peer keeps one state on the controller: its loops count each other's attempts.
    api = ours.api
    retrying = api.AsyncRetrying(stop=api.stop_after_attempt(50), wait=api.wait_fixed(0))
    seen: dict[int, list[int]] = {}

    def worker(number: int) -> Callable[[], Any]:
        async def work() -> None:
            async for attempt in retrying:
                with attempt:
                    seen.setdefault(number, []).append(attempt.retry_state.attempt_number)
                    await checkpoint()
                    if len(seen[number]) <= number:
                        raise OSError
            numbers.append((number, attempt.retry_state.attempt_number))

        return work

    numbers: list[tuple[int, int]] = []
    run(lambda: together(*(worker(number) for number in range(12))))
    assert seen == {number: list(range(1, number + 2)) for number in range(12)}
    assert sorted(numbers) == [(number, number + 1) for number in range(12)]


def test_calls_and_loops_mix_on_one_controller(ours: Door, run: Callable[[Any], Any]) -> None:
    api = ours.api
    retrying = api.AsyncRetrying(stop=api.stop_after_attempt(20), wait=api.wait_fixed(0))
    results: list[Any] = []

    def caller(number: int) -> Callable[[], Any]:
        async def work() -> None:
            left = [number]

            async def function() -> str:
                await checkpoint()
                left[0] -= 1
                if left[0] >= 0:
                    raise OSError(number)
                return f"call {number}"

            results.append(await retrying(function))

        return work

    def looper(number: int) -> Callable[[], Any]:
        async def work() -> None:
            left = number
            async for attempt in retrying:
                with attempt:
                    await checkpoint()
                    left -= 1
                    if left >= 0:
                        raise OSError(number)
            results.append(f"loop {number}")

        return work

    run(lambda: together(*(make(n) for n in range(8) for make in (caller, looper))))
    assert sorted(results) == sorted(f"{kind} {n}" for kind in ("call", "loop") for n in range(8))


def test_what_a_loop_publishes_belongs_to_one_call(ours: Door, run: Callable[[Any], Any]) -> None:
    api = ours.api
    retrying = api.AsyncRetrying(
        wait=lambda state: state.retry_object and 0.0, stop=api.stop_after_attempt(9)
    )
    published: list[dict[str, Any]] = []

    def worker(number: int) -> Callable[[], Any]:
        async def work() -> None:
            async for attempt in retrying:
                with attempt:
                    await checkpoint()
                    published.append(dict(retrying.statistics))
                    if attempt.retry_state.attempt_number <= number:
                        raise OSError

        return work

    run(lambda: together(*(worker(number) for number in range(6))))
    keys = {"start_time", "attempt_number", "idle_for", "delay_since_first_attempt"}
    assert all(numbers.keys() == keys for numbers in published)
    assert all(1 <= numbers["attempt_number"] <= 6 for numbers in published)


def test_overlapping_calls_of_a_decorated_function_stay_apart(
    door: Door, run: Callable[[Any], Any]
) -> None:
    attempts: dict[int, int] = {}

    @door.api.retry(stop=door.api.stop_after_attempt(30), wait=door.api.wait_none())
    async def fetch(number: int) -> int:
        attempts[number] = attempts.get(number, 0) + 1
        await checkpoint()
        if attempts[number] <= number:
            raise OSError
        return number

    results: list[int] = []

    def worker(number: int) -> Callable[[], Any]:
        async def work() -> None:
            results.append(await fetch(number))

        return work

    run(lambda: together(*(worker(number) for number in range(10))))
    assert attempts == {number: number + 1 for number in range(10)}
    assert sorted(results) == list(range(10))


def test_cancellation_passes_through_in_asyncio(door: Door) -> None:
    calls: list[int] = []

    async def main() -> None:
        started = asyncio.Event()

        @door.api.retry(wait=door.api.wait_none())
        async def fetch() -> None:
            calls.append(1)
            started.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(fetch())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert calls == [1]


def test_cancellation_while_sleeping_passes_through(door: Door) -> None:
    async def main() -> None:
        asleep = asyncio.Event()

        async def sleep(seconds: float) -> None:
            asleep.set()
            await asyncio.Event().wait()

        retrying = door.api.AsyncRetrying(sleep=sleep)

        async def fail() -> None:
            raise OSError

        task = asyncio.create_task(retrying(fail))
        await asleep.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await retrying(answer) == 42

    asyncio.run(main())


async def answer() -> int:
    return 42


def test_cancellation_passes_through_in_trio(door: Door) -> None:
    calls: list[int] = []

    async def main() -> None:
        with trio.CancelScope() as scope:

            async def fetch() -> None:
                calls.append(1)
                scope.cancel()
                await trio.sleep_forever()

            await door.api.AsyncRetrying()(fetch)

    trio.run(main)
    assert calls == [1]


def test_every_callable_of_the_policy_may_be_a_coroutine_function(door: Door) -> None:
    log: list[str] = []

    def awaited(name: str, result: Any = None) -> Any:
        async def call(argument: Any) -> Any:
            await asyncio.sleep(0)
            log.append(name)
            return result

        return call

    retrying = door.api.AsyncRetrying(
        sleep=awaited("sleep"),
        stop=awaited("stop", False),
        wait=awaited("wait", 1.5),
        retry=door.asynchronous.retry_if_exception(awaited("predicate", True)),
        before=awaited("before"),
        after=awaited("after"),
        before_sleep=awaited("before_sleep"),
    )
    calls: list[int] = []

    def fail_once() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise OSError
        return "value"

    async def main() -> Any:
        return await retrying(fail_once)

    assert asyncio.run(main()) == "value"
    assert log == [
        "before", "predicate", "after", "wait", "stop", "before_sleep", "sleep", "before",
    ]  # fmt: skip
    assert retrying.statistics["idle_for"] == 1.5

    retrying = door.api.AsyncRetrying(
        stop=awaited("stop", True), retry_error_callback=awaited("callback", "given up")
    )
    calls.clear()
    assert asyncio.run(run_it(retrying, fail_once)) == "given up"


async def run_it(retrying: Any, function: Any) -> Any:
    return await retrying(function)


def test_async_conditions_combine_with_sync_ones_and_callables(door: Door) -> None:
    answers = iter([1, 2, 3, 4])
    asynchronous = door.asynchronous

    async def below_three(value: int) -> bool:
        return value < 3

    condition = asynchronous.retry_if_result(below_three) | door.api.retry_if_result(
        lambda value: value == 3
    )
    retrying = door.api.AsyncRetrying(sleep=Clock().sleep_async, retry=condition)
    assert drive(retrying(lambda: next(answers))) == 4
    both = door.api.retry_if_result(bool) & asynchronous.retry_if_result(below_three)
    answers = iter([1, 2, 0])
    retrying = door.api.AsyncRetrying(sleep=Clock().sleep_async, retry=both)
    assert drive(retrying(lambda: next(answers))) == 0


def test_an_async_condition_on_a_sync_loop_is_the_strict_doors_refusal() -> None:
    with pytest.raises(TypeError, match="use AsyncRetrying"):
        STRICT.api.Retrying(retry=STRICT.asynchronous.retry_if_result(answer))


def test_a_sync_loop_in_a_running_event_loop_works(door: Door) -> None:
    async def main() -> Any:
        return door.api.Retrying()(abs, -3)

    assert asyncio.run(main()) == 3


def test_a_finished_controller_does_not_keep_its_loops(ours: Door) -> None:
    class Heavy:
        """Something a loop's frame holds."""

    async def main() -> None:
        retrying = ours.api.AsyncRetrying()
        for _ in range(5):
            async for attempt in retrying:
                with attempt:
                    attempt.retry_state.heavy = Heavy()
        del attempt
        gc.collect()
        # The newest loop is what anext(controller) means; the others are gone.
        assert sum(isinstance(thing, Heavy) for thing in gc.get_objects()) <= 1

    asyncio.run(main())


def test_an_abandoned_loop_does_not_disturb_the_next(ours: Door) -> None:
    retrying = ours.api.AsyncRetrying(sleep=Clock().sleep_async)

    async def main() -> None:
        abandoned = aiter(retrying)
        with await anext(abandoned):
            raise OSError
        async for attempt in retrying:
            with attempt:
                if attempt.retry_state.attempt_number < 3:
                    raise OSError
        assert retrying.statistics["attempt_number"] == 3
        attempt = await anext(abandoned)
        assert attempt.retry_state.attempt_number == 2

    drive(main())


def test_the_statistics_of_a_second_loop_after_a_break_are_its_own(door: Door) -> None:
    retrying = door.api.AsyncRetrying(sleep=Clock().sleep_async)

    async def main() -> None:
        async for attempt in retrying:
            with attempt:
                break
        async for attempt in retrying:
            with attempt:
                if attempt.retry_state.attempt_number < 2:
                    raise OSError
        assert retrying.statistics["attempt_number"] == 2

    drive(main())


def test_a_subclass_that_iterates_by_itself_is_its_own_iterator() -> None:
    for door in (PEER, LENIENT, STRICT):

        class Mine(door.api.AsyncRetrying):  # type: ignore[name-defined, misc]
            nexts = 0

            async def __anext__(self) -> Any:
                self.nexts += 1
                if self.nexts > 2:
                    raise StopAsyncIteration
                return door.api.AttemptManager(self._retry_state)  # noqa: B023

        retrying = Mine()

        async def main(retrying: Any = retrying) -> int:
            passes = 0
            async for attempt in retrying:
                with attempt:
                    passes += 1
            return passes

        assert drive(main()) == 2


def test_each_loop_begins_the_statistics_whatever_was_written_to_them(door: Door) -> None:
    retrying = door.asynchronous.AsyncRetrying()
    seen: list[Any] = []

    async def loop() -> None:
        async for attempt in retrying:
            with attempt:
                state = attempt.retry_state
                seen.append((state.fn, state.args, state.kwargs))
                seen.append(retrying.statistics["start_time"] <= state.start_time)
                seen.append({**retrying.statistics, "start_time": None})

    async def loops() -> None:
        await loop()
        await loop()
        retrying.statistics["attempt_number"] = 7
        retrying.statistics["mine"] = 1
        await loop()

    drive(loops())

    numbers = {"attempt_number": 1, "idle_for": 0, "delay_since_first_attempt": 0}
    assert seen == [(None, (), {}), True, {"start_time": None, **numbers}] * 3


def test_a_part_exchanged_between_two_loops_counts(door: Door) -> None:
    retrying = door.asynchronous.AsyncRetrying()
    ran: list[str] = []

    async def loop(name: str) -> None:
        async for attempt in retrying:
            with attempt:
                ran.append(name)
                if not retrying.enabled:
                    raise OSError

    drive(loop("enabled"))
    retrying.enabled = False
    with pytest.raises(OSError):
        drive(loop("disabled"))

    assert ran == ["enabled", "disabled"]
