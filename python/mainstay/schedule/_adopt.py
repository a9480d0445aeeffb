"""What the native types need from the face, handed to them while the package is imported."""

from __future__ import annotations

import functools
from typing import Any

from . import _errors, _native, _zones
from ._job import Job
from ._scheduler import Jobs, Scheduler, report


def _wrap(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None
) -> functools.partial[Any]:
    """What do() was given, as programs see it."""
    partial = functools.partial(function, *args, **(kwargs or {}))
    functools.update_wrapper(partial, function)
    return partial


def _every_with(scheduler: Scheduler, interval: Any = 1, **options: Any) -> Job:
    job = Job(interval, scheduler)
    if options:
        raise TypeError(f"every() got an unexpected keyword argument {next(iter(options))!r}")
    return job


_native.adopt(
    CancelJob=_errors.CancelJob,
    IntervalError=_errors.IntervalError,
    Job=Job,
    Jobs=Jobs,
    ScheduleError=_errors.ScheduleError,
    ScheduleValueError=_errors.ScheduleValueError,
    Scheduler=Scheduler,
    every_with=_every_with,
    more_zone_folders=_zones.more_folders,
    refuse_zone=_zones.refuse,
    report=report,
    tzinfo_of=_zones.tzinfo,
    wrap=_wrap,
)
