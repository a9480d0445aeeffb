"""Asking a scheduler whether anything is due, when nothing is; and how long until something is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own
from benchmarks.schedule.schedulers import filled


def cases(door: Door) -> Iterator[Case]:
    """Schedulers of 10, 1,000 and 10,000 jobs; the functions of the module with 10."""
    for count in (10, 1000, 10_000):
        scheduler = filled(door.api, count)
        yield Case(f"idle tick, {count:,} jobs", "a scheduler", own(_ticks)(scheduler.run_pending))
    yield Case("idle_seconds, 1,000 jobs", "a scheduler", own(_idle)(filled(door.api, 1000)))


def _ticks(run_pending: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            run_pending()

    return loop


def _idle(scheduler: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            scheduler.idle_seconds  # noqa: B018

    return loop
