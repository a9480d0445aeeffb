"""Scheduler: the jobs of a program, and the pass that runs those which are due."""

from __future__ import annotations

import datetime
import time
from collections.abc import Hashable

from ._errors import CancelJob
from ._job import Job, logger


class Scheduler:
    """Makes jobs, keeps them, runs them when they are due and asked for."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def every(self, interval: int = 1) -> Job:
        """A new job, to be described by the methods of Job and registered by its `do()`."""
        return Job(interval, self)

    def run_pending(self) -> None:
        """Runs the jobs that are due, in the order of their next runs; each once.

        When jobs raise, the others of the pass run first; then the first error is raised.
        """
        error: Exception | None = None
        for job in sorted(job for job in self.jobs if job.should_run):
            if not any(each is job for each in self.jobs):
                continue
            try:
                self._run_job(job)
            except Exception as raised:
                error = error or raised
        if error is not None:
            raise error

    def run_all(self, delay_seconds: float = 0) -> None:
        """Runs all jobs, due or not, with a pause between them."""
        logger.debug(
            "Running *all* %i jobs with %is delay in between", len(self.jobs), delay_seconds
        )
        for job in self.jobs[:]:
            self._run_job(job)
            time.sleep(delay_seconds)

    def get_jobs(self, tag: Hashable | None = None) -> list[Job]:
        """The jobs with that tag, or all, in the order of their registration."""
        return [job for job in self.jobs if tag is None or tag in job.tags]

    def clear(self, tag: Hashable | None = None) -> None:
        """Removes the jobs with that tag, or all."""
        if tag is None:
            logger.debug("Deleting *all* jobs")
            del self.jobs[:]
        else:
            logger.debug('Deleting all jobs tagged "%s"', tag)
            self.jobs[:] = (job for job in self.jobs if tag not in job.tags)

    def cancel_job(self, job: Job) -> None:
        """Removes a job; one that is not there is only logged."""
        try:
            logger.debug('Cancelling job "%s"', job)
            self.jobs.remove(job)
        except ValueError:
            logger.debug('Cancelling not-scheduled job "%s"', job)

    def _run_job(self, job: Job) -> None:
        result = job.run()
        if result is CancelJob or isinstance(result, CancelJob):
            self.cancel_job(job)

    def get_next_run(self, tag: Hashable | None = None) -> datetime.datetime | None:
        """When the next job runs, of all or of those with a tag; None without any."""
        jobs = self.get_jobs(tag)
        return min(jobs).next_run if jobs else None

    next_run = property(get_next_run)

    @property
    def idle_seconds(self) -> float | None:
        """Seconds until the next run, less than zero when it is late; None without jobs."""
        following = self.next_run
        if not following:
            return None
        return float((following - datetime.datetime.now()).total_seconds())
