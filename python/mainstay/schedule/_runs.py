"""A run with options: whether it still counts, what its error does, what comes after it.

The steps that a pass, a thread and an event loop have in common; each calls the function its way.
"""

from __future__ import annotations

import datetime
import time

from ._errors import CancelJob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from ._job import Job
    from ._options import Options
    from ._scheduler import Scheduler

    # One run to make: when it was due, what is due after it, in microseconds, and whether it is the
    # last one that is made now.
    Occurrence: TypeAlias = "tuple[int, int | None, bool]"


def begin(scheduler: Scheduler, job: Job, options: Options) -> list[Occurrence]:
    """The runs to make now: none when its time is over, or was missed and is skipped."""
    if job._is_over():
        scheduler.cancel_job(job)
        return []
    now = time.time_ns() // 1000
    due = job._planned
    if due is None:
        due = now
    late = now - due > options.grace * 1e6
    if options.misfire == 1 or (options.misfire == 0 and not late):
        return [(due, job._next_after(max(now, due)), True)]
    if options.misfire == 0:
        if job._finish(False):
            scheduler.cancel_job(job)
        elif scheduler._store is not None:
            scheduler._store.write_done(job, job._planned, ran=False)
        return []
    missed: list[Occurrence] = []
    for _ in range(options.misfire):
        following = job._next_after(due)
        missed.append((due, following, False))
        if following is None or following > now:
            break
        due = following
    due, following, _ = missed.pop()
    if following is not None and following <= now:  # more than are made up for
        following = job._next_after(now)
    return [*missed, (due, following, True)]


def start(scheduler: Scheduler, job: Job, due: int, following: int | None) -> None:
    """Notes that a run begins."""
    job.due = datetime.datetime.fromtimestamp(due / 1e6, job.at_time_zone)
    if scheduler._store is not None:
        scheduler._store.write_start(job, following)


def conclude(
    scheduler: Scheduler,
    job: Job,
    options: Options,
    result: Any,
    error: Exception | None,
    following: int | None,
    last: bool,
    on_error: str,
) -> bool:
    """After a run: notes it, and whether the job has ended. May raise the error.

    After the last run the next one is set; before, `following` is made up for at once.
    """
    if error is not None:
        if on_error == "raise":
            raise error
        options.logger.error("Job %s raised", job, exc_info=error)
    job.last_result, job.last_error = result, error
    ended = result is CancelJob or isinstance(result, CancelJob)
    if error is not None and on_error == "cancel":
        ended = True
    if last and job._finish(True):
        ended = True
    elif last and following is not None and _missed_meanwhile(job, options, following):
        job._planned = following
    if ended:
        scheduler.cancel_job(job)
    elif scheduler._store is not None:
        scheduler._store.write_done(job, job._planned if last else following)
    return ended


def _missed_meanwhile(job: Job, options: Options, following: int) -> bool:
    """Whether a run that fell due while another one ran is to be made up for as well."""
    counts_from_end = job._drift and job.at_time is None and job._cron is None
    return options.misfire > 1 and not counts_from_end and following <= time.time_ns() // 1000


def run(scheduler: Scheduler, job: Job, options: Options, default: str) -> None:
    """What a due job comes to, in this thread; `default` is what errors do unless options say."""
    for due, following, last in begin(scheduler, job, options):
        start(scheduler, job, due, following)
        result, error = None, None
        try:
            if options.policy is None:
                result = job._call(False)
            elif options.is_async:
                raise TypeError("AsyncRetrying repeats jobs of an AsyncRunner; use Retrying here")
            else:
                result = options.policy(job._call, False)
        except Exception as raised:
            error = raised
        on_error = options.on_error or default
        if conclude(scheduler, job, options, result, error, following, last, on_error):
            break
