"""What `policy.counters` says, whichever way the calls went."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import mainstay.retry as r
import pytest
from mainstay.retry import testing

from .doors import LENIENT, PEER, drive


class Flaky:
    """Fails so many times, again and again."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        if self.made % (self.failures + 1):
            raise OSError("down")
        return self.made


def no_sleep(_: float) -> None:
    return None


async def no_sleep_async(_: float) -> None:
    return None


class Own(r.Retrying):
    """A policy whose class takes part in every pass."""

    def _run_stop(self, retry_state: Any) -> None:
        super()._run_stop(retry_state)


def decorated(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    call = r.retry(sleep=no_sleep, **policy)(fn)
    return call.retry, call


def called(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying = r.Retrying(sleep=no_sleep, **policy)
    return retrying, lambda: retrying(fn)


def block(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying = r.Retrying(sleep=no_sleep, **policy)

    def run() -> None:
        for attempt in retrying:
            with attempt:
                fn()

    return retrying, run


def hooked(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    return decorated({**policy, "before": no_sleep, "after": no_sleep}, fn)


def by_a_class(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying = Own(sleep=no_sleep, **policy)
    return retrying, retrying.wraps(fn)


def keeping(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    return decorated({**policy, "keep_exceptions": 2}, fn)


def switched(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying, run = decorated(policy, fn)

    def quick() -> Any:
        with testing.no_waits():
            return run()

    return retrying, quick


def coroutine(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    async def fetch() -> Any:
        return fn()

    call = r.retry(sleep=no_sleep_async, **policy)(fetch)
    return call.retry, lambda: drive(call())


def coroutine_hooked(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    return coroutine({**policy, "before_sleep": no_sleep}, fn)


def coroutine_called(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying = r.AsyncRetrying(sleep=no_sleep_async, **policy)
    return retrying, lambda: drive(retrying(fn))


def async_block(policy: dict[str, Any], fn: Any) -> tuple[Any, Callable[[], Any]]:
    retrying = r.AsyncRetrying(sleep=no_sleep_async, **policy)

    async def run() -> None:
        async for attempt in retrying:
            with attempt:
                fn()

    return retrying, lambda: drive(run())


WAYS = [
    decorated,
    called,
    block,
    hooked,
    by_a_class,
    keeping,
    switched,
    coroutine,
    coroutine_hooked,
    coroutine_called,
    async_block,
]


def policy(**parts: Any) -> dict[str, Any]:
    return {"stop": r.stop_after_attempt(3), "wait": r.wait_fixed(0.25), **parts}


@pytest.mark.parametrize("way", WAYS)
def test_calls_that_succeed_at_once_count_as_calls_and_attempts(way: Any) -> None:
    retrying, run = way(policy(), Flaky(0))
    for _ in range(3):
        run()
    assert retrying.counters == (3, 3, 0, 0, 0.0)


@pytest.mark.parametrize("way", WAYS)
def test_retries_and_their_sleeps_are_added_up(way: Any) -> None:
    retrying, run = way(policy(), Flaky(2))
    run()
    run()
    numbers = retrying.counters
    assert (numbers.calls, numbers.attempts, numbers.retries) == (2, 6, 4)
    assert (numbers.given_up, numbers.slept) == (0, 1.0)


@pytest.mark.parametrize("way", WAYS)
def test_calls_that_ran_out_of_attempts_are_told(way: Any) -> None:
    retrying, run = way(policy(), Flaky(99))
    for _ in range(2):
        with pytest.raises(r.RetryError):
            run()
    assert retrying.counters == (2, 6, 4, 2, 1.0)


@pytest.mark.parametrize("way", WAYS)
def test_an_exception_that_is_not_repeated_is_no_giving_up(way: Any) -> None:
    retrying, run = way(policy(retry=r.retry_if_exception_type(KeyError)), Flaky(99))
    with pytest.raises(OSError, match="down"):
        run()
    assert retrying.counters == (1, 1, 0, 0, 0.0)


@pytest.mark.parametrize("way", WAYS)
def test_a_callback_instead_of_an_error_is_giving_up_too(way: Any) -> None:
    retrying, run = way(policy(retry_error_callback=lambda state: "enough"), Flaky(99))
    run()
    assert retrying.counters == (1, 3, 2, 1, 0.5)


def test_a_plain_decorated_function_counts_on_the_native_path() -> None:
    retrying, run = decorated(policy(), Flaky(2))
    with testing.paths() as ways:
        run()
    assert ways == {"native": 1}
    assert retrying.counters == (1, 3, 2, 0, 0.5)


def test_a_call_that_is_handed_over_in_the_middle_counts_once() -> None:
    failing = Flaky(2)

    def meddling() -> int:
        testing.set_quick(attempts=9)
        return failing()

    retrying, run = decorated(policy(), meddling)
    try:
        run()
    finally:
        testing.set_quick(False)
    assert retrying.counters[:4] == (1, 3, 2, 0)


def test_results_that_are_repeated_count_like_exceptions() -> None:
    answers = iter([0, 0, 1])
    call = r.retry(retry=r.retry_if_result(lambda n: n == 0))(lambda: next(answers))
    assert call() == 1
    assert call.retry.counters == (1, 3, 2, 0, 0.0)


def test_a_disabled_policy_counts_nothing() -> None:
    call = r.retry(enabled=False)(Flaky(0))
    call()
    assert call.retry.counters == (0, 0, 0, 0, 0.0)


def test_all_functions_of_one_policy_count_together_and_other_policies_apart() -> None:
    retrying = r.Retrying(**policy())
    one, two = retrying.wraps(Flaky(0)), retrying.wraps(Flaky(0))
    one()
    two()
    retrying(int, "1")
    one.retry_with(stop=r.stop_never)()
    retrying.copy()(int, "1")
    copy.copy(retrying)(int, "1")
    assert retrying.counters.calls == 3


def test_changing_the_policy_keeps_its_numbers() -> None:
    call = r.retry(**policy())(Flaky(0))
    call()
    call.retry.stop = r.stop_after_attempt(5)
    call()
    assert call.retry.counters.calls == 2


def test_nested_calls_count_each() -> None:
    @r.retry
    def down(depth: int) -> int:
        return depth and down(depth - 1)

    down(4)
    assert down.retry.counters.calls == 5


def test_a_record_is_of_its_moment_named_and_immutable() -> None:
    call = r.retry(Flaky(0))
    before = call.retry.counters
    call()
    assert before.calls == 0
    assert type(before) is r.Counters
    assert repr(before) == (
        "mainstay.retry.Counters(calls=0, attempts=0, retries=0, given_up=0, slept=0.0)"
    )
    assert pickle.loads(pickle.dumps(before)) == before
    with pytest.raises(AttributeError):
        before.calls = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        call.retry.counters = before  # type: ignore[misc]


def test_numbers_are_not_pickled_with_the_policy() -> None:
    retrying = r.Retrying(**policy())
    retrying(int, "1")
    assert pickle.loads(pickle.dumps(retrying)).counters.calls == 0
    assert copy.deepcopy(retrying).counters.calls == 0


def test_threads_count_together() -> None:
    call = r.retry(**policy(sleep=no_sleep))(lambda: None)
    threads = [threading.Thread(target=lambda: [call() for _ in range(2000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert call.retry.counters.calls == 16000


def test_under_drop_in_there_are_none_as_with_the_peer() -> None:
    for door in (PEER, LENIENT):
        assert not hasattr(door.api.Retrying(), "counters")
