"""A user's program, for the type checkers: chains keep their type, options are known by name."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from mainstay import schedule
from mainstay.schedule import AsyncRunner, Job, Runner, Scheduler, Store, every, repeat
from typing_extensions import assert_type


def report(day: str, *, full: bool = False) -> int:
    return len(day) + full


assert_type(every(10).minutes.do(report, "monday", full=True), Job)
assert_type(every().monday.at("10:30", ZoneInfo("Europe/Berlin")).tag("x").do(report, "x"), Job)
assert_type(every(5).to(10).seconds.until(datetime.timedelta(hours=1)), Job)
assert_type(every().day.on("mon-fri", 1, -1).during(12).between("08:00", "18:00"), Job)
assert_type(
    every(1.5, drift=False, jitter=2, on_error="log").hours.next_run, datetime.datetime | None
)
assert_type(schedule.cron("0 9 * * *", zone="Europe/Berlin").next_runs(3), list[datetime.datetime])
assert_type(schedule.idle_seconds(), float | None)
assert_type(schedule.get_jobs("x"), list[Job])


@repeat(every().hour, "now")
def decorated(text: str) -> str:
    return text


assert_type(decorated("x"), str)

every(often=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
every().day.at(10)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
every("5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def service(path: str) -> None:
    scheduler = Scheduler(store=Store(path, promise="at most once"), misfire="skip", on_error="log")
    assert_type(scheduler.every(name="nightly", misfire=3).day.at("03:00").do(report, "x"), Job)
    with Runner(scheduler, max_running=4) as runner:
        assert_type(runner.stop(timeout=5), bool)


async def loop(scheduler: Scheduler) -> None:
    await AsyncRunner(scheduler).run()
