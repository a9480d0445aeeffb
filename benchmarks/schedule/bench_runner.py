"""A runner with 10,000 jobs: how long after a job became due it has begun, and the processor time
of a tenth of a second in which none is due. Beside it, the peer polled every 10 milliseconds.

What is wanted: less than 5 ms until a job begins, and 0.1 % of a core, which is 100 us of 100 ms.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import STRICT, Door
from benchmarks.schedule.schedulers import filled

WHILE = 0.1


def cases(door: Door) -> Iterator[Case]:
    """The time passes in the kernel, and is real; where it is processor time, the row says so."""
    scheduler = filled(door.api, 10_000)
    ours = door.name == STRICT

    def in_a_thread() -> Any:
        return door.api.Runner(scheduler) if ours else _polling(scheduler)

    yield Case(
        "from due to begun, 10,000 jobs",
        "in a thread",
        _beginnings(scheduler),
        around=in_a_thread,
        slow=True,
        clock=time.perf_counter,
    )
    idle = filled(door.api, 10_000)
    yield Case(
        "processor time of 100 ms, 10,000 jobs",
        "in a thread",
        lambda n: time.sleep(n * WHILE),
        around=lambda: door.api.Runner(idle) if ours else _polling(idle),
        slow=True,
        clock=time.process_time,
    )
    running = _running(idle, door.api.Runner(idle)) if ours else _polled(idle)
    yield Case(
        "processor time of 100 ms, 10,000 jobs",
        "in the main thread",
        lambda n: running(n * WHILE),
        baseline=lambda n: running(0.0),  # beginning and ending
        slow=True,
        clock=time.process_time,
    )


def _poll(scheduler: Any, ended: threading.Event) -> None:
    while not ended.wait(0.01):
        scheduler.run_pending()


@contextmanager
def _polling(scheduler: Any) -> Iterator[None]:
    ended = threading.Event()
    thread = threading.Thread(target=_poll, args=(scheduler, ended))
    thread.start()
    yield
    ended.set()
    thread.join()


def _beginnings(scheduler: Any) -> Loop:
    begun = threading.Event()
    job = scheduler.every().hour.do(begun.set)

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            begun.clear()
            job.next_run = datetime.datetime.now()
            begun.wait()

    return loop


def _running(scheduler: Any, runner: Any) -> Callable[[float], None]:
    """Runs it for so long: a job of its own ends it."""
    end = scheduler.every().hour.do(runner.stop)

    def run(seconds: float) -> None:
        end.next_run = datetime.datetime.now() + datetime.timedelta(seconds=seconds)
        runner.run()

    return run


def _polled(scheduler: Any) -> Callable[[float], None]:
    ended = threading.Event()
    end = scheduler.every().hour.do(ended.set)

    def poll(seconds: float) -> None:
        ended.clear()
        end.next_run = datetime.datetime.now() + datetime.timedelta(seconds=seconds)
        _poll(scheduler, ended)

    return poll
