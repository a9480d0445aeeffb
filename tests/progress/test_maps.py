"""Parallel maps: results in order, the first failure of the items in order, what is counted."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from mainstay.progress.contrib.concurrent import thread_map
from mainstay.progress.std import tqdm

from ..fresh import printed
from ..together import LIMIT
from .programs import Terminal


def double(x: int) -> int:
    return 2 * x


def test_results_are_in_order_and_all_are_counted(screen: Terminal) -> None:
    assert thread_map(double, range(1000), max_workers=4, file=screen) == [
        2 * each for each in range(1000)
    ]
    assert "1000/1000" in screen.getvalue()


def test_several_iterables_end_with_the_shortest(screen: Terminal) -> None:
    assert thread_map(max, [1, 9], iter([5, 5, 5]), file=screen) == [5, 9]
    assert thread_map(double, [], file=screen) == []
    assert thread_map(double, file=screen) == []


def test_the_first_failure_of_the_items_in_order_is_raised_and_later_items_never_begin(
    screen: Terminal,
) -> None:
    begun: list[int] = []
    failed = threading.Event()

    def work(x: int) -> int:
        begun.append(x)
        if x == 0:
            assert failed.wait(LIMIT)
            raise ValueError("first of the items")
        if x == 1:
            try:
                raise KeyError("first in time")
            finally:
                failed.set()
        return x

    with pytest.raises(ValueError, match="first of the items"):
        thread_map(work, range(5000), max_workers=2, file=screen)
    assert len(begun) == 2
    assert not list(tqdm._instances)


def test_an_iterable_is_read_by_the_caller_and_its_error_is_raised(screen: Terminal) -> None:
    threads: list[object] = []

    def items() -> Iterator[int]:
        threads.append(threading.current_thread())
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        thread_map(double, items(), file=screen)
    assert threads == [threading.current_thread()]


def test_what_a_worker_raises_is_raised_whatever_it_is(screen: Terminal) -> None:
    def stop(_: int) -> int:
        raise StopIteration

    def end(_: int) -> int:
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match="generator raised StopIteration"):
        thread_map(stop, [1], file=screen)
    with pytest.raises(SystemExit):
        thread_map(end, [1], file=screen)


def test_a_timeout_is_that_of_the_executor(screen: Terminal) -> None:
    leave = threading.Event()

    def work(_: int) -> bool:
        return leave.wait(LIMIT)

    timer = threading.Timer(0.3, leave.set)
    timer.start()
    with pytest.raises(concurrent.futures.TimeoutError):
        thread_map(work, [1], timeout=0.01, file=screen)
    timer.join(LIMIT)


def test_an_executor_that_a_program_changed_is_asked(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[Any] = []
    submit = concurrent.futures.ThreadPoolExecutor.submit

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        submitted.append(args)
        return submit(self, *args, **kwargs)

    monkeypatch.setattr(concurrent.futures.ThreadPoolExecutor, "submit", noted)
    assert thread_map(double, range(7), file=screen) == [0, 2, 4, 6, 8, 10, 12]
    assert len(submitted) == 7


def test_threads_are_named_and_have_the_lock_of_the_class(screen: Terminal) -> None:
    def name(_: int) -> tuple[str, bool]:
        return threading.current_thread().name, tqdm.get_lock() is lock

    lock = tqdm.get_lock()
    found = thread_map(name, range(3), thread_name_prefix="mine", max_workers=1, file=screen)
    assert found == [("mine_0", True)] * 3


def test_an_update_that_fails_is_logged_and_the_result_is_kept(
    screen: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(tqdm[int]):
        def update(self, n: float | None = 1) -> bool | None:
            raise OSError("no update")

    assert thread_map(double, [1, 2], tqdm_class=Failing, file=screen) == [2, 4]
    assert "exception calling callback" in caplog.text


def test_the_lock_is_restored_after_a_failure(screen: Terminal) -> None:
    before = tqdm.get_lock()
    with pytest.raises(ZeroDivisionError):
        thread_map(lambda x: 1 // x, [0], lock_name="th_lock", file=screen)
    assert tqdm.get_lock() is before


def test_processes_map_too() -> None:
    program = """
import io, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside the monitor's thread
from mainstay.progress.contrib.concurrent import process_map
screen = io.StringIO()
print(process_map(abs, range(-3, 1), max_workers=1, file=screen), "4/4" in screen.getvalue())
"""
    assert printed(program) == ["[3, 2, 1, 0] True"]
