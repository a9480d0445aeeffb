"""Recipes between threads and processes; locks wait without polling."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mainstay.cache import (
    Averager,
    BoundedSemaphore,
    Cache,
    FanoutCache,
    Lock,
    RLock,
    barrier,
    throttle,
)

Factory = Callable[[Any, Any], Any]


@pytest.mark.parametrize("factory", [Lock, RLock, BoundedSemaphore])
@pytest.mark.parametrize("kind", [Cache, FanoutCache])
def test_a_lock_that_is_taken_is_waited_for_without_polling(
    tmp_path: Path, kind: Any, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(seconds: float) -> None:
        raise AssertionError("slept")

    with kind(tmp_path) as cache:
        lock, order = factory(cache, "key"), []
        lock.acquire()
        waiting = threading.Event()
        monkeypatch.setattr(time, "sleep", refuse)

        def wait() -> None:
            waiting.set()
            with lock:
                order.append("waited")

        thread = threading.Thread(target=wait)
        thread.start()
        assert waiting.wait(60)
        order.append("released")
        lock.release()
        thread.join(60)
        assert order == ["released", "waited"]


def test_a_lock_excludes_other_processes(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        file = tmp_path / "count"
        file.write_text("0")

        @barrier(cache, Lock)
        def count() -> None:
            file.write_text(str(int(file.read_text()) + 1))

        children = []
        for _ in range(4):
            child = os.fork()
            if not child:
                for _ in range(25):
                    count()
                os._exit(0)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        assert file.read_text() == "100"


def test_a_lock_that_expires_is_given_to_who_waits(cache: Cache) -> None:
    Lock(cache, "key", expire=0.01).acquire()
    other = Lock(cache, "key")
    other.acquire()
    assert other.locked()


def test_only_the_holder_releases(cache: Cache) -> None:
    lock, semaphore = RLock(cache, "lock"), BoundedSemaphore(cache, "semaphore", value=2)
    lock.acquire()
    lock.acquire()
    lock.release()
    lock.release()
    semaphore.acquire()
    semaphore.release()
    for each in (lock, semaphore):
        with pytest.raises(AssertionError, match="cannot release un-acquired"):
            each.release()


def test_an_average_runs(cache: Cache) -> None:
    average = Averager(cache, "key")
    assert average.get() is None
    average.add(1)
    average.add(2)
    assert (average.get(), average.pop(), average.get()) == (1.5, 1.5, None)


def test_calls_are_throttled_by_a_clock_of_ones_own(cache: Cache) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    @throttle(cache, 2, 1, time_func=lambda: now[0], sleep_func=sleep)
    def call() -> None: ...

    for _ in range(5):
        call()
    assert slept == pytest.approx([0.5] * 3)
