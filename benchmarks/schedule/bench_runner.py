"""How long after a job became due it has begun, among 10,000: a runner, and the peer's usual thread
that polls, here every 10 milliseconds."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import STRICT, Door
from benchmarks.schedule.schedulers import filled


def cases(door: Door) -> Iterator[Case]:
    """The time passes in the kernel, and is real."""
    scheduler = filled(door.api, 10_000)
    yield Case(
        "from due to begun, 10,000 jobs",
        "in a thread",
        _beginnings(scheduler),
        around=(lambda: door.api.Runner(scheduler))
        if door.name == STRICT
        else (lambda: _polling(scheduler)),
        slow=True,
        clock=time.perf_counter,
    )


@contextmanager
def _polling(scheduler: Any) -> Iterator[None]:
    ended = threading.Event()

    def poll() -> None:
        while not ended.wait(0.01):
            scheduler.run_pending()

    thread = threading.Thread(target=poll)
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
