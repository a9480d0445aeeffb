"""The shapes of the benchmarks go the native way: the heap is asked, and no Python method is."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from typing import Any

from mainstay import schedule

from ..fresh import printed


def frames(action: Callable[[], Any]) -> list[str]:
    """The Python functions that run meanwhile."""
    entered: list[str] = []

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            entered.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return entered


def work() -> None: ...


def test_names_are_there_at_the_import_but_for_the_logger_and_what_they_need_is_not() -> None:
    assert printed(
        "import sys\n"
        "from mainstay import schedule\n"
        "print(set(schedule.__all__) - set(vars(schedule)))\n"
        "print({'asyncio', 'json', 'logging'} & set(sys.modules))\n"
    ) == ["{'logger'}", "set()"]


def test_chains_ticks_runs_and_cancellations_enter_no_python_but_the_job() -> None:
    scheduler = schedule.Scheduler()
    past = datetime.datetime.now() - datetime.timedelta(seconds=5)

    def program() -> None:
        for job in (
            scheduler.every(10).seconds.do(work),
            scheduler.every().day.at("10:30").do(work),
            scheduler.every().monday.at("10:30", "Europe/Berlin").do(work),
        ):
            job.next_run = past
        scheduler.run_pending()
        scheduler.run_pending()
        scheduler.cancel_job(scheduler.jobs[-1])

    program()  # the logger is looked for once
    scheduler.clear()
    entered = frames(program)
    assert [name for name in entered if name != "isEnabledFor"] == ["program", *["work"] * 3]
    assert scheduler._next_instant() is not NotImplemented
