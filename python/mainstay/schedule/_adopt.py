"""What the native types need from the face, handed to them while the package is imported."""

from __future__ import annotations

from _functools import partial  # what functools has, without what it imports

from . import _errors, _native, _zones
from ._job import Job
from ._scheduler import Jobs, Scheduler, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEPT = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__type_params__")


def _wrap(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> partial[Any]:
    """What do() was given, as programs see it: functools.partial and update_wrapper."""
    made: Any = partial(function, *args, **(kwargs or {}))
    for name in _KEPT:
        try:
            setattr(made, name, getattr(function, name))
        except AttributeError:
            pass
    made.__dict__.update(getattr(function, "__dict__", {}))
    made.__wrapped__ = function
    return made  # type: ignore[no-any-return]


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
