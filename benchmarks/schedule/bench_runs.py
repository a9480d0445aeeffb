"""Passes in which jobs are due: all of 1,000, and one of 10,000."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own
from benchmarks.schedule.schedulers import filled, past


def cases(door: Door) -> Iterator[Case]:
    """What makes the jobs due is subtracted."""
    for row, count, due in (("run 1,000 of 1,000", 1000, 1000), ("run 1 of 10,000", 10_000, 1)):
        scheduler = filled(door.api, count)
        jobs = scheduler.jobs[:due]
        yield Case(
            row,
            "functions that do nothing",
            own(_passes)(scheduler, jobs, True),
            baseline=own(_passes)(scheduler, jobs, False),
        )


def _passes(scheduler: Any, jobs: list[Any], run: bool) -> Loop:
    moment = past()

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for job in jobs:
                job.next_run = moment
            if run:
                scheduler.run_pending()

    return loop
