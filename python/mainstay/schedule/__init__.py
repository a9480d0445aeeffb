"""Jobs in words: `every().monday.at("10:30").do(report)`, run when they should.

>>> from mainstay import schedule
>>> job = schedule.every(10).minutes.do(print, "still here")
>>> schedule.run_pending()

The names are those the library schedule made familiar.
"""

from __future__ import annotations

from .. import _bring, _load, _serves_drop_in

_load("schedule")

from . import _adopt as _adopt  # noqa: E402
from ._default import (  # noqa: E402
    cancel_job,
    clear,
    cron,
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
    "AsyncRunner",
    "CancelJob",
    "IntervalError",
    "Job",
    "Runner",
    "ScheduleError",
    "ScheduleValueError",
    "Scheduler",
    "Store",
    "cancel_job",
    "clear",
    "cron",
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from typing import Any

    from ._async_runner import AsyncRunner
    from ._runner import Runner
    from ._store import Store

    logger: logging.Logger

# What the peer does not have. Threads, asyncio, json and logging are imported where one is made.
_HOMES = {
    "AsyncRunner": "_async_runner",
    "Runner": "_runner",
    "Store": "_store",
}


def __getattr__(name: str) -> Any:
    here = globals()
    if name == "logger":
        import logging

        here[name] = logging.getLogger("schedule")
    elif name in _HOMES:
        _bring(here, _HOMES[name], (name,))
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return here[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if not _serves_drop_in("schedule"):
    for _name in _HOMES:
        __getattr__(_name)
