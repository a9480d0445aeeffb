"""Threads: one decorated function, one controller, many callers, and readers that never stumble."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..together import at_once, switching_often
from .doors import Door

THREADS = 8
SNAPSHOTS = 100  # what readers must have seen before the callers may stop
CALLS = 150
KEYS = {"start_time", "attempt_number", "idle_for", "delay_since_first_attempt"}


@pytest.fixture(autouse=True)
def _switching_often() -> Iterator[None]:
    with switching_often():
        yield


def sleepless(seconds: float) -> None:
    """A sleep that takes no time."""


def test_many_threads_call_one_decorated_function(ours: Door) -> None:
    api = ours.api
    local = threading.local()
    done = [0] * THREADS

    @api.retry(stop=api.stop_after_attempt(9), wait=api.wait_fixed(1), sleep=sleepless)
    def work(failures: int) -> int:
        local.left = getattr(local, "left", failures) - 1
        if local.left >= 0:
            raise OSError
        del local.left
        return failures

    def caller(number: int) -> Callable[[], None]:
        def call() -> None:
            for _ in range(CALLS):
                assert work(number % 4) == number % 4
                done[number] += 1

        return call

    at_once(*(caller(number) for number in range(THREADS)))
    assert done == [CALLS] * THREADS
    assert work.statistics.keys() == KEYS


def test_a_published_snapshot_belongs_to_one_call(ours: Door) -> None:
    # With a wait of one second, idle_for says attempt_number - 1: in each snapshot, always.
    api = ours.api
    local = threading.local()
    snapshots: list[dict[str, Any]] = []
    over = threading.Event()

    @api.retry(wait=api.wait_fixed(1), sleep=sleepless)
    def work(failures: int) -> None:
        local.left = getattr(local, "left", failures) - 1
        if local.left >= 0:
            raise OSError
        del local.left

    work(1)

    def caller(number: int) -> Callable[[], None]:
        def call() -> None:
            try:
                turn = 0
                while turn < CALLS or len(snapshots) < SNAPSHOTS:
                    work((number + turn) % 5)
                    turn += 1
            finally:
                finished.append(number)
                if len(finished) == THREADS:
                    over.set()

        return call

    finished: list[int] = []

    def reader() -> None:
        while not over.is_set():
            snapshots.append(work.statistics.copy())

    at_once(reader, *(caller(number) for number in range(THREADS)))
    assert snapshots
    for numbers in snapshots:
        assert numbers.keys() == KEYS
        assert numbers["idle_for"] == numbers["attempt_number"] - 1


def test_readers_by_key_never_find_one_missing(ours: Door) -> None:
    api = ours.api

    @api.retry(sleep=sleepless)
    def work() -> None:
        return None

    work()
    over = threading.Event()

    def reader() -> None:
        while not over.is_set():
            for key in KEYS:
                work.statistics[key]

    def caller() -> None:
        try:
            for _ in range(CALLS * 4):
                work()
        finally:
            over.set()

    at_once(reader, reader, caller)


def test_threads_share_a_controller_in_blocks_and_keep_their_statistics_apart(ours: Door) -> None:
    api = ours.api
    retrying = api.Retrying(wait=api.wait_fixed(1), sleep=sleepless)

    def worker(number: int) -> Callable[[], None]:
        def work() -> None:
            for _ in range(CALLS // 2):
                for attempt in retrying:
                    with attempt:
                        if attempt.retry_state.attempt_number <= number:
                            raise OSError
                numbers = retrying.statistics
                assert (numbers["attempt_number"], numbers["idle_for"]) == (number + 1, number)

        return work

    at_once(*(worker(number) for number in range(THREADS)))
    assert retrying.statistics == {}  # this thread made no call


def test_threads_share_strategies(ours: Door) -> None:
    api = ours.api
    wait = api.wait_chain(api.wait_fixed(1), api.wait_exponential(max=4) + api.wait_fixed(1))
    stop = api.stop_after_attempt(4) | (api.stop_never & api.stop_never)
    retry = api.retry_if_exception_type(OSError) | api.retry_if_result(lambda value: value is None)

    def work() -> None:
        for _ in range(CALLS):
            slept: list[float] = []
            retrying = api.Retrying(wait=wait, stop=stop, retry=retry, sleep=slept.append)
            with pytest.raises(api.RetryError):
                retrying(dict.get, {}, "missing")
            assert slept == [1.0, 3.0, 5.0]

    at_once(*[work] * 4)


def test_a_policy_may_be_changed_while_others_call(ours: Door) -> None:
    api = ours.api

    @api.retry(stop=api.stop_after_attempt(2), sleep=sleepless)
    def fail() -> None:
        raise OSError

    def caller() -> None:
        for _ in range(CALLS):
            with pytest.raises(api.RetryError) as caught:
                fail()
            assert caught.value.last_attempt.attempt_number in (2, 3)

    def changer() -> None:
        for turn in range(CALLS):
            fail.retry.stop = api.stop_after_attempt(2 + turn % 2)

    at_once(caller, caller, changer)
