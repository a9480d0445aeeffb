"""What the native types need from the face, handed to them while the package is imported."""

from __future__ import annotations

from . import _errors, _native, _zones
from ._job import Job
from ._scheduler import Jobs, Scheduler, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import partial
    from typing import Any

    from typing_extensions import Unpack

    from ._options import JobOptions
else:
    from _functools import partial  # the same, without what functools imports

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
    kept: partial[Any] = made
    return kept


def _every_with(scheduler: Scheduler, interval: float = 1, **options: Unpack[JobOptions]) -> Job:
    return scheduler._every_with(interval, options)


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
