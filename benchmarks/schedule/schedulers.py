"""Schedulers with many jobs, for the benchmarks of schedule."""

from __future__ import annotations

import datetime
from typing import Any


def work() -> None:
    """What a job does: nothing."""


def filled(api: Any, count: int) -> Any:
    """A scheduler with so many jobs, none of which is due."""
    scheduler = api.Scheduler()
    for number in range(count):
        scheduler.every(3600 + number % 1000).seconds.do(work)
    scheduler.run_pending()
    return scheduler


def past() -> datetime.datetime:
    """A moment at which jobs were due."""
    return datetime.datetime.now() - datetime.timedelta(seconds=5)
