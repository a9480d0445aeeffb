"""What is refused, where it is written, in words that help; with the peer some of it hangs."""

from __future__ import annotations

import asyncio
import datetime
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from mainstay import retry, schedule
from mainstay.schedule import IntervalError, ScheduleError, ScheduleValueError, _zones


@pytest.mark.parametrize("interval", [0, -1, 0.0, float("nan"), -1.5, False])
def test_an_interval_that_is_not_positive_is_refused(interval: Any) -> None:
    with pytest.raises(IntervalError, match=f"greater than zero, got {interval}"):
        schedule.Scheduler().every(interval)


@pytest.mark.parametrize("interval", ["5", None, [], Decimal(2)])
def test_an_interval_that_is_no_number_is_refused(interval: Any) -> None:
    with pytest.raises(TypeError, match="an interval is a number"):
        schedule.Job(interval)


@pytest.mark.parametrize("interval", [0, -5, float("nan"), 1e-9])
def test_an_interval_set_later_is_refused_when_it_counts(interval: float) -> None:
    job = schedule.Scheduler().every().second
    job.interval = interval
    with pytest.raises(IntervalError):
        job.do(int)


@pytest.mark.parametrize("interval", [10**9, 10**30, 1e12])
def test_an_interval_beyond_the_calendar_is_refused(interval: float) -> None:
    with pytest.raises(OverflowError):
        schedule.Scheduler().every(interval).weeks.do(int)


def every() -> schedule.Job:
    return schedule.Scheduler().every()


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: every().day.do(3), TypeError, "must be callable, got 3"),  # type: ignore[arg-type]
    (lambda: every().day.at("10:30", "No/Where").do(int), ScheduleValueError, "Europe/Berlin"),
    (lambda: every().day.at("10:30", "../../etc/passwd"), ScheduleValueError, "no name of a"),
    (lambda: every().day.at("10:30", 43), ScheduleValueError, "Timezone must be"),  # type: ignore[arg-type]
    (lambda: every().day.on("2020-01-01").do(int), ScheduleValueError, "never run"),
    (
        lambda: every().day.at("07:00").between("08:00", "09:00").do(int),
        ScheduleValueError,
        "never",
    ),
    (lambda: every().day.on("someday"), ScheduleValueError, "is no day of the week"),
    (lambda: every().day.on(32), ScheduleValueError, "is no day"),
    (lambda: every().day.on(0), ScheduleValueError, "is no day"),
    (lambda: every().day.on("2027-02-30"), ScheduleValueError, "is no day"),
    (lambda: every().day.during("smarch"), ScheduleValueError, "is no month"),
    (lambda: every().day.during(13), ScheduleValueError, "is no month"),
    (lambda: every().day.between("8:00", "18:00"), ScheduleValueError, "no time of day"),
    (lambda: every().day.between("08:00", "08:00"), ScheduleValueError, "two different"),
    (lambda: schedule.cron("0 0 30 2 *"), ScheduleValueError, "never comes"),
    (lambda: schedule.cron("* * * *"), ScheduleValueError, "has 4 fields"),
    (lambda: schedule.cron("0 0 * * *").on("monday"), ScheduleValueError, "itself"),
    (lambda: schedule.cron(5), TypeError, "str"),  # type: ignore[arg-type]
    (lambda: schedule.every(jitter=-1), ScheduleValueError, "not negative, got -1"),
    (lambda: schedule.every(misfire=0), ScheduleValueError, "misfire is"),
    (lambda: schedule.every(misfire="never"), ScheduleValueError, "misfire is"),  # type: ignore[arg-type]
    (lambda: schedule.every(grace=-1), ScheduleValueError, "grace is a number of seconds"),
    (lambda: schedule.every(on_error="ignore"), ScheduleValueError, "on_error is"),
    (lambda: schedule.every(on_error="retry"), ScheduleValueError, r"retry.Retrying\(...\)"),
    (lambda: schedule.every(on_error=retry.Retrying), ScheduleValueError, "on_error is"),
    (lambda: schedule.every(name=""), ScheduleValueError, "not empty"),
    (lambda: schedule.every(often=True), TypeError, "keyword argument 'often'"),  # type: ignore[call-arg]
    (lambda: schedule.Scheduler(name="x"), TypeError, "belongs to one job"),
    (lambda: schedule.Scheduler(store="jobs"), TypeError, "is a Store"),  # type: ignore[arg-type]
    (lambda: schedule.Runner(max_running=0), ValueError, "at least 1, got 0"),
    (lambda: schedule.Runner(every()), TypeError, "runs a Scheduler"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("make", "kind", "text"), REFUSED)
def test_nonsense_is_refused_where_it_is_written(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any], kind: type[Exception], text: str
) -> None:
    monkeypatch.delitem(sys.modules, "pytz", raising=False)  # whose errors would be raised
    with pytest.raises(kind, match=text):
        make()


def test_a_second_function_for_one_job_is_refused(scheduler: schedule.Scheduler) -> None:
    daily = scheduler.every().day
    daily.do(int)
    with pytest.raises(ScheduleError, match="begin one of its own"):
        daily.do(str)
    assert daily.run() == 0


def test_a_job_that_was_cancelled_may_be_given_a_function_again(
    scheduler: schedule.Scheduler,
) -> None:
    job = scheduler.every().day.do(int)
    scheduler.cancel_job(job)
    assert job.do(str).run() == ""
    assert scheduler.jobs == [job]


def test_a_coroutine_function_is_refused_where_nothing_awaits_it(
    scheduler: schedule.Scheduler,
) -> None:
    async def work() -> None: ...

    job = scheduler.every().second.do(work)
    job.next_run = datetime.datetime.now()
    with pytest.raises(TypeError, match="awaited by AsyncRunner"):
        scheduler.run_pending()
    assert asyncio.run(job.run()) is None


def test_zones_that_only_the_package_of_pytz_has_are_found() -> None:
    pytz = pytest.importorskip("pytz")
    assert f"{os.path.dirname(pytz.__file__)}/zoneinfo" in _zones.more_folders()


def test_an_unknown_zone_is_the_error_of_pytz_where_a_program_has_it() -> None:
    pytz = pytest.importorskip("pytz")
    with pytest.raises(pytz.UnknownTimeZoneError):
        every().day.at("10:30", "No/Where")


def test_attributes_are_not_deleted() -> None:
    with pytest.raises(AttributeError, match="set None"):
        del every().interval


def test_a_job_without_a_next_run_is_no_job_to_ask(scheduler: schedule.Scheduler) -> None:
    with pytest.raises(AssertionError):
        every().should_run  # noqa: B018
    scheduler.every().second.do(int).next_run = None
    with pytest.raises(AssertionError):
        scheduler.run_pending()


def test_zones_may_be_given_in_every_usual_way() -> None:
    from zoneinfo import ZoneInfo

    pytz = pytest.importorskip("pytz")
    zones = ("Europe/Berlin", ZoneInfo("Europe/Berlin"), pytz.timezone("Europe/Berlin"))
    runs = {every().day.at("12:00", zone).do(int).next_run for zone in zones}
    assert len(runs) == 1
    fixed = datetime.timezone(datetime.timedelta(hours=3))
    plain = every().day.at("12:00", fixed).do(int).next_run
    assert plain == every().day.at("09:00", "UTC").do(int).next_run


def test_a_scheduler_that_was_never_initialized_says_so() -> None:
    bare = schedule.Scheduler.__new__(schedule.Scheduler)
    calls: list[Callable[[], Any]] = [
        lambda: bare.cancel_job(schedule.every()),
        bare.run_pending,
        lambda: bare.jobs,
    ]
    for call in calls:
        with pytest.raises(AttributeError, match="was not called"):
            call()
