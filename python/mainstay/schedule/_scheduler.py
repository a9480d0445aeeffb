"""Scheduler: the jobs of a program, and the pass that runs those which are due."""

from __future__ import annotations

import datetime
import time

from . import _native, _runs
from ._job import Job
from ._options import Options, apply, check_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Hashable
    from typing import Any

    from typing_extensions import Unpack

    from ._options import JobOptions
    from ._store import Store


class Scheduler(_native.Scheduler):
    """Makes jobs, keeps them, runs them when they are due and asked for.

    Jobs may be added and removed by other threads while a pass runs; passes are for one thread at a
    time.
    """

    _options: Options | None = None
    _store: Store | None = None
    _given: JobOptions | dict[str, Any] = {}
    _runner_pid = 0  # the process in which it last had a runner

    def __init__(self, *, store: Store | None = None, **options: Unpack[JobOptions]) -> None:
        """`options` are those of every(), for all jobs; a store keeps the jobs that have a name."""
        self.jobs = Jobs(self)
        if options or store is not None:
            check_names("Scheduler()", options)
            if "name" in options:
                raise TypeError("a name belongs to one job: every(name=...)")
            if store is not None and not hasattr(store, "write_start"):
                raise TypeError(f"store is a Store, such as Store('jobs.journal'), got {store!r}")
            self._given, self._options, self._store = options, Options(options), store
            self._extended = True

    if TYPE_CHECKING:
        jobs: list[Job]

        def every(  # type: ignore[override]  # the native one takes any names
            self, interval: float = 1, **options: Unpack[JobOptions]
        ) -> Job: ...

    def cron(self, expression: str, **options: Unpack[JobOptions]) -> Job:
        """A new job at the times of a cron expression of five fields, six with seconds first, or a
        macro such as @daily; to be registered by its do().

        Raises ScheduleValueError for what is none, and for days no calendar has.
        """
        job = self._every_with(1, options)
        job._cron = expression
        return job

    def _forget(self, job: Any) -> None:
        """Called by cancel_job()."""
        if self._store is not None and isinstance(job, Job):
            self._store.forget(job)

    def _every_with(self, interval: float, options: JobOptions) -> Job:
        check_names("every()", options)
        job = Job(interval, self)
        merged: Any = {**self._given, **options}
        apply(job, merged, options)
        return job

    def _run_extended(self, job: Job) -> None:
        options = job._options or self._options
        assert options is not None  # or the pass would not have come here
        _runs.run(self, job, options, "raise")

    def run_all(self, delay_seconds: float = 0) -> None:
        """Runs all jobs, due or not, with a pause between them."""
        _debug("Running *all* %i jobs with %is delay in between", len(self.jobs), delay_seconds)
        for job in self.jobs[:]:
            self._run_job(job)
            time.sleep(delay_seconds)

    def get_jobs(self, tag: Hashable | None = None) -> list[Job]:
        """The jobs with that tag, or all, in the order of their registration."""
        return [job for job in self.jobs if tag is None or tag in job.tags]

    def clear(self, tag: Hashable | None = None) -> None:
        """Removes the jobs with that tag, or all."""
        if self._store is not None:
            for job in self.get_jobs(tag):
                self._store.forget(job)
        if tag is None:
            _debug("Deleting *all* jobs")
            del self.jobs[:]
        else:
            _debug('Deleting all jobs tagged "%s"', tag)
            self.jobs[:] = [job for job in self.jobs if tag not in job.tags]

    def get_next_run(self, tag: Hashable | None = None) -> datetime.datetime | None:
        """When the next job runs, of all or of those with a tag; None without any."""
        if tag is None:
            following: Any = self._next_run()
            if following is not NotImplemented:
                return following  # type: ignore[no-any-return]
        jobs = self.get_jobs(tag)
        return min(jobs).next_run if jobs else None

    next_run = property(get_next_run)

    @property
    def idle_seconds(self) -> float | None:
        """Seconds until the next run, less than zero when it is late; None without jobs."""
        seconds = self._idle_seconds()
        if seconds is not NotImplemented:
            return seconds  # type: ignore[no-any-return]
        following = self.next_run
        if not following:
            return None
        return float((following - datetime.datetime.now()).total_seconds())


class Jobs(list[Job]):
    """The list of a scheduler's jobs, which says when a program changes it."""

    __slots__ = ("_scheduler",)

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def __reduce_ex__(self, protocol: Any) -> Any:
        return list, (list(self),)


def _telling(name: str) -> Callable[..., Any]:
    change = getattr(list, name)

    def method(self: Jobs, *args: Any, **kwargs: Any) -> Any:
        try:
            return change(self, *args, **kwargs)
        finally:
            self._scheduler._changed()

    method.__name__ = name
    return method


for _name in (
    *("__setitem__", "__delitem__", "__iadd__", "__imul__"),
    *("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"),
):
    setattr(Jobs, _name, _telling(_name))


def logger() -> logging.Logger:
    """The logger "schedule"."""
    import logging

    return logging.getLogger("schedule")


def _debug(text: str, *args: object) -> None:
    import sys

    # Where nothing has imported logging, nothing is listening.
    if "logging" in sys.modules:
        logger().debug(text, *args)


def report(job: Job, error: BaseException) -> None:
    """Logs an error of a pass that another one hides."""
    logger().error("Job %s raised, after another job of the pass", job, exc_info=error)
