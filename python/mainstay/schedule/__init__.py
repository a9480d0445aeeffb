"""Jobs in words: `every().monday.at("10:30").do(report)`, run when they should.

>>> from mainstay import schedule
>>> job = schedule.every(10).minutes.do(print, "still here")
>>> schedule.run_pending()

The names are those the library schedule made familiar.
"""

from .. import _load

_load("schedule")

from . import _adopt as _adopt  # noqa: E402
from ._default import (  # noqa: E402
    cancel_job,
    clear,
    default_scheduler,
    every,
    get_jobs,
    idle_seconds,
    jobs,
    next_run,
    repeat,
    run_all,
    run_pending,
)
from ._errors import (  # noqa: E402
    CancelJob,
    IntervalError,
    ScheduleError,
    ScheduleValueError,
)
from ._job import Job  # noqa: E402
from ._job import _move_to_next_weekday as _move_to_next_weekday  # noqa: E402
from ._scheduler import Scheduler  # noqa: E402

__all__ = [
    "CancelJob",
    "IntervalError",
    "Job",
    "ScheduleError",
    "ScheduleValueError",
    "Scheduler",
    "cancel_job",
    "clear",
    "default_scheduler",
    "every",
    "get_jobs",
    "idle_seconds",
    "jobs",
    "logger",
    "next_run",
    "repeat",
    "run_all",
    "run_pending",
]


def __getattr__(name: str) -> object:
    if name == "logger":
        from ._scheduler import logger

        return logger()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
