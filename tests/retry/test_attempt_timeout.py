"""`attempt_timeout`: an attempt that takes too long is cancelled and counts as failed.

Time is the tests' own: trio's mock clock, and an asyncio loop whose clock jumps to the next timer
when there is nothing left to do.
"""

from __future__ import annotations

import asyncio
import copy
import pickle
import selectors
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import trio
import trio.testing
from mainstay.retry import (
    AsyncRetrying,
    BaseRetrying,
    RetryError,
    Retrying,
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    testing,
    wait_none,
)
from mainstay.retry._timeouts import in_a_task
from mainstay.retry.tornadoweb import TornadoRetrying

from .doors import LENIENT, drive

COUNTED = sys.version_info >= (3, 11)  # blocks under asyncio, see the refusal below


class JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: when no file is ready, the time it would have waited is over."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready:
            return ready
        assert timeout is not None, "nothing will ever happen: every task waits"
        self.now += timeout
        return []


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on a clock that jumps."""

    def __init__(self) -> None:
        self._clock = JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run_asyncio(function: Callable[[], Any]) -> Any:
    loop = JumpingLoop()
    try:
        result = loop.run_until_complete(function())
        # No task outlives the attempt it was made for.
        assert asyncio.all_tasks(loop) == set()
        return result
    finally:
        loop.close()


def run_trio(function: Callable[[], Any]) -> Any:
    return trio.run(function, clock=trio.testing.MockClock(autojump_threshold=0))


RUNNERS = {"asyncio": run_asyncio, "trio": run_trio}
BLOCKS = ["trio", "asyncio"] if COUNTED else ["trio"]


@pytest.fixture(params=RUNNERS)
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Any]], Any]:
    """Runs a coroutine function to its end, in one library or the other."""
    return RUNNERS[request.param]


@pytest.fixture(params=BLOCKS)
def run_block(request: pytest.FixtureRequest) -> Callable[[Callable[[], Any]], Any]:
    """The same where blocks may have a limit."""
    return RUNNERS[request.param]


async def pause(seconds: float) -> None:
    """Sleep, whatever the library."""
    import sniffio

    await (trio if sniffio.current_async_library() == "trio" else asyncio).sleep(seconds)


def now() -> float:
    """The time of the library's clock."""
    import sniffio

    if sniffio.current_async_library() == "trio":
        return trio.current_time()
    return asyncio.get_running_loop().time()


class Slow:
    """A coroutine function whose attempts take so many seconds each."""

    def __init__(self, *seconds: float) -> None:
        self.seconds = list(seconds)
        self.ends: list[str] = []

    async def __call__(self) -> int:
        seconds = self.seconds.pop(0)
        try:
            await pause(seconds)
        except BaseException as error:
            self.ends.append(type(error).__name__)
            raise
        self.ends.append("returned")
        return len(self.ends)


def test_an_attempt_that_takes_too_long_is_cancelled_and_tried_again(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    slow = Slow(60, 60, 1)
    fetch = retry(attempt_timeout=5)(slow.__call__)
    assert run(fetch) == 3
    assert slow.ends[2] == "returned"
    assert {end.rpartition("Error")[0] or end for end in slow.ends[:2]} <= {"Cancelled"}
    assert fetch.statistics["attempt_number"] == 3


def test_the_error_is_the_builtin_timeout_error(run: Callable[[Callable[[], Any]], Any]) -> None:
    fetch = retry(attempt_timeout=2.5, stop=stop_after_attempt(2), reraise=True)(
        Slow(9, 9).__call__
    )
    with pytest.raises(
        TimeoutError, match=r"took longer than attempt_timeout=2\.5 seconds"
    ) as caught:
        run(fetch)
    assert type(caught.value) is TimeoutError


def test_conditions_and_errors_see_it_as_any_failure(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    policy: dict[str, Any] = {"stop": stop_after_attempt(3), "attempt_timeout": 1}
    slow = Slow(9, 9, 9)
    with pytest.raises(RetryError) as caught:
        run(lambda: AsyncRetrying(keep_exceptions=3, **policy)(slow))
    assert [type(error) for error in caught.value.exceptions] == [TimeoutError] * 3
    slow = Slow(9)
    with pytest.raises(TimeoutError):
        run(lambda: AsyncRetrying(retry=retry_if_exception_type(KeyError), **policy)(slow))
    assert len(slow.ends) == 1


def test_each_attempt_has_the_whole_time_and_pauses_do_not_count(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    times: list[float] = []

    async def attempt() -> float:
        times.append(now())
        await pause(4)
        if len(times) < 3:
            raise OSError
        return now()

    async def main() -> Any:
        retrying = AsyncRetrying(attempt_timeout=5, wait=lambda state: 100.0)
        return await retrying(attempt) - times[0]

    assert run(main) == pytest.approx(3 * 4 + 2 * 100)


def test_the_cancellation_comes_after_that_long(run: Callable[[Callable[[], Any]], Any]) -> None:
    async def main() -> float:
        start = now()
        with pytest.raises(RetryError):
            await retry(attempt_timeout=7, stop=stop_after_attempt(2))(Slow(99, 99).__call__)()
        return now() - start

    assert run(main) == pytest.approx(14)


def test_attempts_within_their_time_are_left_alone(run: Callable[[Callable[[], Any]], Any]) -> None:
    slow = Slow(1, 1)

    async def main() -> None:
        assert await retry(attempt_timeout=5)(slow.__call__)() == 1
        await pause(100)  # no timer is left to strike

    run(main)
    assert slow.ends == ["returned"]


def test_what_a_cancelled_attempt_makes_of_it_is_its_outcome(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    async def tidy() -> str:
        try:
            await pause(60)
        except BaseException:
            raise OSError("while tidying up") from None
        return ""

    with pytest.raises(OSError, match="while tidying up"):
        run(retry(attempt_timeout=5, stop=stop_after_attempt(1), reraise=True)(tidy))


def test_an_attempt_that_keeps_its_cancellation_to_itself_has_succeeded(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    async def stubborn() -> str:
        try:
            await pause(60)
        except BaseException:
            return f"at {now() - began:g}"
        return ""

    async def main() -> Any:
        nonlocal began
        began = now()
        return await retry(attempt_timeout=5, stop=stop_after_attempt(1))(stubborn)()

    began = 0.0
    assert run(main) == "at 5"


def test_an_attempt_that_computes_past_its_limit_is_not_noticed() -> None:
    async def computing() -> str:
        loop: Any = asyncio.get_running_loop()
        loop._clock.now += 60
        return "late"

    assert run_asyncio(retry(attempt_timeout=5, stop=stop_after_attempt(1))(computing)) == "late"


def test_a_timeout_error_of_the_functions_own_stays_as_it_is(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    own = TimeoutError("of a socket")

    async def fail() -> None:
        raise own

    with pytest.raises(TimeoutError) as caught:
        run(retry(attempt_timeout=5, stop=stop_after_attempt(1), reraise=True)(fail))
    assert caught.value is own


def test_sleeps_and_hooks_are_not_under_the_limit(run: Callable[[Callable[[], Any]], Any]) -> None:
    async def slow_hook(state: Any) -> None:
        await pause(60)

    slow = Slow(1)
    assert run(retry(attempt_timeout=5, before=slow_hook)(slow.__call__)) == 1


def test_arguments_and_context_reach_the_function(run: Callable[[Callable[[], Any]], Any]) -> None:
    seen: list[Any] = []

    @retry(attempt_timeout=5, before=lambda state: seen.append(state.get_fn_name()))
    async def fetch(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    assert run(lambda: fetch(1, fn=2, self=3)) == ((1,), {"fn": 2, "self": 3})
    assert seen[0].endswith("fetch")


# --- cancellation from outside -------------------------------------------------------------------


def test_a_cancellation_from_outside_passes_in_asyncio() -> None:
    slow = Slow(60, 60)

    async def main() -> None:
        task = asyncio.ensure_future(retry(attempt_timeout=50)(slow.__call__)())
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    run_asyncio(main)
    assert slow.ends == ["CancelledError"]


def test_a_cancellation_at_the_moment_of_the_timeout_passes_in_asyncio() -> None:
    for order in ("before", "after"):
        slow = Slow(60, 60)

        async def main(order: str = order, slow: Slow = slow) -> None:
            loop = asyncio.get_running_loop()
            if order == "before":
                loop.call_later(5, lambda: task.cancel())
            task = asyncio.ensure_future(retry(attempt_timeout=5)(slow.__call__)())
            await asyncio.sleep(0)
            if order == "after":
                loop.call_at(loop.time() + 5, lambda: task.cancel())
            with pytest.raises(asyncio.CancelledError):
                await task

        run_asyncio(main)
        assert slow.ends == ["CancelledError"]


def test_an_outer_limit_of_time_passes_in_asyncio() -> None:
    slow = Slow(60, 60, 60)

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(retry(attempt_timeout=4)(slow.__call__)(), 10)

    run_asyncio(main)
    assert slow.ends == ["CancelledError"] * 3


def test_a_cancellation_from_outside_passes_in_trio() -> None:
    slow = Slow(60, 60, 60)

    async def main() -> None:
        with trio.move_on_after(10) as scope:
            await retry(attempt_timeout=4)(slow.__call__)()
        assert scope.cancelled_caught
        assert trio.current_time() == pytest.approx(start + 10)

    async def timed() -> None:
        nonlocal start
        start = trio.current_time()
        await main()

    start = 0.0
    run_trio(timed)
    assert slow.ends == ["Cancelled"] * 3


def test_errors_beside_the_cancellation_are_the_outcome_in_trio() -> None:
    async def fail_when_cancelled() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise OSError("in a child task")

    async def family() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail_when_cancelled)
            nursery.start_soon(trio.sleep_forever)

    def holds_the_error(error: BaseException) -> bool:
        inner = getattr(error, "exceptions", ())
        return isinstance(error, OSError) or any(map(holds_the_error, inner))

    with pytest.raises(Exception) as caught:
        run_trio(retry(attempt_timeout=5, stop=stop_after_attempt(1), reraise=True)(family))
    assert not isinstance(caught.value, TimeoutError)
    assert holds_the_error(caught.value)


# --- blocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["with", "async with"])
def test_blocks_have_the_limit_too(
    run_block: Callable[[Callable[[], Any]], Any], form: str
) -> None:
    slow = Slow(60, 60, 1)

    async def main() -> int:
        result = 0
        async for attempt in AsyncRetrying(attempt_timeout=5):
            if form == "with":
                with attempt:
                    result = await slow()
            else:
                async with attempt:
                    result = await slow()
        await pause(100)
        return result

    assert run_block(main) == 3


def test_the_error_of_a_block_is_the_builtin_timeout_error(
    run_block: Callable[[Callable[[], Any]], Any],
) -> None:
    slow = Slow(60, 60)

    async def main() -> None:
        retrying = AsyncRetrying(attempt_timeout=5, stop=stop_after_attempt(2), keep_exceptions=2)
        async for attempt in retrying:
            with attempt:
                await slow()

    with pytest.raises(RetryError) as caught:
        run_block(main)
    assert [type(error) for error in caught.value.exceptions] == [TimeoutError, TimeoutError]
    assert caught.value.exceptions[0].__cause__ is not None


def test_leaving_a_block_leaves_no_timer(run_block: Callable[[Callable[[], Any]], Any]) -> None:
    async def main() -> str:
        async for attempt in AsyncRetrying(attempt_timeout=5):
            with attempt:
                break
        await pause(100)
        return "done"

    assert run_block(main) == "done"


@pytest.mark.skipif(not COUNTED, reason="refused, see below")
def test_a_cancellation_from_outside_passes_through_a_block_in_asyncio() -> None:
    slow = Slow(60, 60)

    async def block() -> None:
        async for attempt in AsyncRetrying(attempt_timeout=5):
            with attempt:
                await slow()

    async def main(when: float) -> None:
        task = asyncio.ensure_future(block())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(when, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    run_asyncio(lambda: main(1))
    run_asyncio(lambda: main(5))
    assert slow.ends == ["CancelledError"] * 2


def test_a_cancellation_from_outside_passes_through_a_block_in_trio() -> None:
    slow = Slow(60, 60)

    async def main() -> None:
        with trio.move_on_after(3) as scope:
            async for attempt in AsyncRetrying(attempt_timeout=5):
                with attempt:
                    await slow()
        assert scope.cancelled_caught

    run_trio(main)
    assert slow.ends == ["Cancelled"]


@pytest.mark.skipif(COUNTED, reason="works")
def test_before_python_3_11_a_block_under_asyncio_is_refused() -> None:
    async def main() -> None:
        async for attempt in AsyncRetrying(attempt_timeout=5):
            with attempt:
                pass

    with pytest.raises(RuntimeError, match="decorate that"):
        run_asyncio(main)


# --- the attempt as a task of its own: how Python 3.10 does it, and any other can -----------------


def test_an_attempt_in_a_task_gives_back_what_it_comes_to() -> None:
    async def main() -> None:
        slow = Slow(1)
        assert await in_a_task(slow(), 5) == 1
        with pytest.raises(TimeoutError, match="attempt_timeout=5"):
            await in_a_task(Slow(60)(), 5)
        with pytest.raises(IndexError):
            await in_a_task(Slow()(), 5)

    run_asyncio(main)


def test_an_attempt_in_a_task_never_outlives_a_cancellation() -> None:
    async def cancelled_after(seconds: float, call: Any) -> BaseException | None:
        task = asyncio.ensure_future(in_a_task(call, 5))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(seconds, task.cancel)
        await asyncio.wait({task})
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return None if task.cancelled() else task.exception()

    async def stubborn() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(10)
            raise
        return ""

    async def main() -> None:
        for seconds in (1, 5, 7):  # before, at and after the timeout
            assert await cancelled_after(seconds, stubborn()) is None

    run_asyncio(main)


# --- what is refused -----------------------------------------------------------------------------


def test_ordinary_functions_are_refused_with_the_remedy() -> None:
    def fetch() -> None: ...

    async def sleep(seconds: float) -> None: ...

    for make in (
        lambda: Retrying(attempt_timeout=5),  # type: ignore[arg-type]
        lambda: BaseRetrying(attempt_timeout=5),  # type: ignore[arg-type, abstract]
        lambda: TornadoRetrying(attempt_timeout=5),
        lambda: Retrying().copy(attempt_timeout=5),
        lambda: retry(attempt_timeout=5)(fetch),  # type: ignore[arg-type]
        lambda: retry(attempt_timeout=5, sleep=sleep)(fetch),  # type: ignore[arg-type]
        lambda: retry(fetch).retry_with(attempt_timeout=5),
        lambda: AsyncRetrying(attempt_timeout=5).wraps(fetch),
        lambda: drive(AsyncRetrying(attempt_timeout=5)(fetch)),
    ):
        with pytest.raises(TypeError, match=r"attempt_timeout|abstract") as caught:
            make()
        assert "cannot be interrupted" in str(caught.value) or "abstract" in str(caught.value)
    retrying = Retrying()
    with pytest.raises(TypeError, match="make it a coroutine function"):
        retrying.attempt_timeout = 5
    retrying.attempt_timeout = None


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0, ValueError, "attempt_timeout must be above 0, got 0; for no limit use None"),
        (-1, ValueError, "attempt_timeout must not be negative, got -1"),
        (float("inf"), ValueError, "attempt_timeout must be finite"),
        (float("nan"), ValueError, "attempt_timeout must be finite"),
        (timedelta(0), ValueError, "attempt_timeout must be above 0"),
        ("5", TypeError, "attempt_timeout must be seconds as a number, or a timedelta, got '5'"),
        (True, TypeError, "attempt_timeout must be seconds as a number"),
    ],
)
def test_impossible_limits_are_refused(value: Any, error: type[Exception], text: str) -> None:
    for make in (AsyncRetrying, retry):
        with pytest.raises(error, match=text):
            make(attempt_timeout=value)
    with pytest.raises(error, match=text):
        AsyncRetrying().attempt_timeout = value


def test_without_an_event_loop_the_call_says_so_and_makes_no_attempt() -> None:
    slow = Slow(1)
    with pytest.raises(RuntimeError, match="needs a running event loop of asyncio or trio"):
        drive(AsyncRetrying(attempt_timeout=5)(slow))
    assert slow.ends == []


def test_the_drop_in_does_not_know_the_option() -> None:
    with pytest.raises(TypeError, match="attempt_timeout"):
        LENIENT.api.AsyncRetrying(attempt_timeout=2)


# --- the option ----------------------------------------------------------------------------------


def test_copies_keep_the_option() -> None:
    retrying = AsyncRetrying(attempt_timeout=timedelta(seconds=2), stop=stop_after_attempt(1))
    for same in (
        retrying.copy(),
        retrying.copy(wait=wait_none()),
        pickle.loads(pickle.dumps(retrying)),
        copy.copy(retrying),
    ):
        assert same.attempt_timeout == 2.0
        with pytest.raises(RetryError):
            run_asyncio(lambda same=same: same(Slow(9)))
    assert retrying.copy(attempt_timeout=None).attempt_timeout is None
    assert "attempt_timeout" not in AsyncRetrying().__getstate__()


def test_a_decorated_function_may_be_given_the_option_later(
    run: Callable[[Callable[[], Any]], Any],
) -> None:
    slow = Slow(9, 9, 9)
    fetch = retry(stop=stop_after_attempt(1))(slow.__call__)
    with pytest.raises(RetryError):
        run(fetch.retry_with(attempt_timeout=5))
    fetch.retry.attempt_timeout = 5
    with pytest.raises(RetryError):
        run(fetch)
    fetch.retry.attempt_timeout = None
    assert run(fetch) == 3


def test_a_disabled_policy_limits_nothing(run: Callable[[Callable[[], Any]], Any]) -> None:
    assert run(retry(attempt_timeout=5, enabled=False)(Slow(60).__call__)) == 1


def test_the_test_switch_leaves_the_limit_in_force(run: Callable[[Callable[[], Any]], Any]) -> None:
    slow = Slow(60, 60)
    with testing.quick(attempts=2), pytest.raises(RetryError):
        run(retry(attempt_timeout=5)(slow.__call__))
    assert len(slow.ends) == 2
