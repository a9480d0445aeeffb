"""The scheduler of the process, and its methods as functions."""

from __future__ import annotations

import sys

from ._scheduler import Scheduler

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Hashable
    from typing import Any, TypeVar

    from typing_extensions import Unpack

    import mainstay.schedule as _face

    from ._job import Job
    from ._options import JobOptions

    _Function = TypeVar("_Function", bound=Callable[..., Any])
else:
    _face = sys.modules["mainstay.schedule"]  # where programs may set another default scheduler

default_scheduler = Scheduler()
jobs = default_scheduler.jobs


def every(interval: float = 1, **options: Unpack[JobOptions]) -> Job:
    """A new job of the default scheduler."""
    made: Job = _face.default_scheduler.every(interval, **options)
    return made


def cron(expression: str, **options: Unpack[JobOptions]) -> Job:
    """A new job of the default scheduler at the times of a cron expression."""
    made: Job = _face.default_scheduler.cron(expression, **options)
    return made


def run_pending() -> None:
    """Runs the jobs of the default scheduler that are due."""
    _face.default_scheduler.run_pending()


def run_all(delay_seconds: float = 0) -> None:
    """Runs all jobs of the default scheduler, with a pause between them."""
    _face.default_scheduler.run_all(delay_seconds=delay_seconds)


def get_jobs(tag: Hashable | None = None) -> list[Job]:
    """The jobs of the default scheduler, or those with a tag."""
    return _face.default_scheduler.get_jobs(tag)


def clear(tag: Hashable | None = None) -> None:
    """Removes the jobs of the default scheduler, or those with a tag."""
    _face.default_scheduler.clear(tag)


def cancel_job(job: Job) -> None:
    """Removes a job from the default scheduler."""
    _face.default_scheduler.cancel_job(job)


def next_run(tag: Hashable | None = None) -> datetime.datetime | None:
    """When the next job of the default scheduler runs, or of those with a tag."""
    return _face.default_scheduler.get_next_run(tag)


def idle_seconds() -> float | None:
    """Seconds until the default scheduler's next run; None without jobs."""
    return _face.default_scheduler.idle_seconds


def repeat(job: Job, *args: Any, **kwargs: Any) -> Callable[[_Function], _Function]:
    """Registers the decorated function with a job: `@repeat(every().hour)`."""

    def register(function: _Function) -> _Function:
        job.do(function, *args, **kwargs)
        return function

    return register
