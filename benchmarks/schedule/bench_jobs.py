"""Describing jobs and cancelling them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own
from benchmarks.schedule.schedulers import work

MANY = 2000


def cases(door: Door) -> Iterator[Case]:
    """Three chains, each cancelled at once; 2,000 jobs, the newest cancelled first."""
    chains: dict[str, Callable[[Any], Any]] = {
        "every(10).seconds": lambda scheduler: scheduler.every(10).seconds,
        "every().day.at()": lambda scheduler: scheduler.every().day.at("10:30"),
        "every().monday.at() in a zone": lambda scheduler: scheduler.every().monday.at(
            "10:30", "Europe/Berlin"
        ),
    }
    for row, chain in chains.items():
        yield Case(
            f"create and cancel: {row}", "one job", own(_chains)(door.api.Scheduler(), chain)
        )
    yield Case(
        "cancel 2,000 jobs, newest first",
        "all of them",
        own(_cancellations)(door.api),
        baseline=own(_creations)(door.api),
        slow=True,
    )


def _chains(scheduler: Any, chain: Callable[[Any], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            scheduler.cancel_job(chain(scheduler).do(work))

    return loop


def _made(api: Any) -> Any:
    scheduler = api.Scheduler()
    for _ in range(MANY):
        scheduler.every(10).seconds.do(work)
    return scheduler


def _creations(api: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            _made(api)

    return loop


def _cancellations(api: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            scheduler = _made(api)
            for job in scheduler.jobs[::-1]:
                scheduler.cancel_job(job)

    return loop
