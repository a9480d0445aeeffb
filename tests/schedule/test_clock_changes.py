"""Jobs beside clock changes, where the peer runs twice, at every poll, or not at all.

In Berlin clocks went forward on 26 March 2023 at 2:00, which is 1:00 UTC, and back on 29 October at
3:00, which is 1:00 UTC as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from mainstay import schedule

from .conftest import BERLIN, Clock

SPRING, AUTUMN = (2023, 3, 26), (2023, 10, 29)


@pytest.fixture(autouse=True)
def berlin(local_zone: Callable[[str], None]) -> None:
    local_zone(BERLIN)


def runs(scheduler: schedule.Scheduler, clock: Clock, minutes: int) -> list[int]:
    """Polls every minute; after how many minutes the jobs ran."""
    found: list[int] = []
    passed = 0
    for job in scheduler.jobs:
        job.job_func = lambda: found.append(passed)  # type: ignore[assignment]
    for minute in range(minutes):
        passed = minute
        scheduler.run_pending()
        clock.move(60)
    return found


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_a_time_of_day_in_the_repeated_hour_runs_once(
    scheduler: schedule.Scheduler, clock: Clock, zone: str | None
) -> None:
    clock.set(*AUTUMN, 0, 0)
    scheduler.every().day.at("02:30", zone).do(int)
    assert runs(scheduler, clock, 180) == [30]
    assert scheduler.next_run == datetime(2023, 10, 30, 2, 30)


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_a_time_of_day_in_the_gap_runs_one_gap_later_and_on_the_next_day_as_asked(
    scheduler: schedule.Scheduler, clock: Clock, zone: str | None
) -> None:
    clock.set(*SPRING, 0, 0)
    scheduler.every().day.at("02:30", zone).do(int)
    assert runs(scheduler, clock, 180) == [90]
    assert scheduler.next_run == datetime(2023, 3, 27, 2, 30)


def test_a_time_in_another_zone_that_falls_into_the_second_pass_runs_there_and_once(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    clock.set(*AUTUMN, 0, 0)
    scheduler.every().day.at("01:30", "UTC").do(int)
    assert scheduler.idle_seconds == 90 * 60
    assert runs(scheduler, clock, 180) == [90]


@pytest.mark.parametrize("minutes", [10, 60])
def test_intervals_of_up_to_an_hour_go_on_in_the_repeated_hour(
    scheduler: schedule.Scheduler, clock: Clock, minutes: int
) -> None:
    clock.set(*AUTUMN, 0, 0)
    scheduler.every(minutes).minutes.do(int)
    assert runs(scheduler, clock, 200) == list(range(minutes, 200, minutes))


def test_an_hourly_minute_goes_on_in_the_repeated_hour(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    clock.set(*AUTUMN, 0, 0)
    scheduler.every().hour.at(":30").do(int)
    assert runs(scheduler, clock, 200) == [30, 90, 150]


def test_an_interval_is_not_cut_short_by_the_gap(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    clock.set(*SPRING, 0, 55)
    scheduler.every(10).minutes.do(int)
    assert scheduler.next_run == datetime(2023, 3, 26, 3, 5)
    assert runs(scheduler, clock, 25) == [10, 20]


def test_a_next_run_in_the_second_pass_is_shown_with_its_fold(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    clock.set(*AUTUMN, 0, 0)
    job = scheduler.every().day.at("01:30", "UTC").do(int)
    assert job.next_run is not None
    assert (job.next_run, job.next_run.fold) == (datetime(2023, 10, 29, 2, 30), 1)
    assert job.next_run.timestamp() == datetime.now().timestamp() + 90 * 60


def test_the_deadline_counts_as_an_instant(scheduler: schedule.Scheduler, clock: Clock) -> None:
    clock.set(*AUTUMN, 0, 0)
    scheduler.every(20).minutes.until(datetime(2023, 10, 29, 2, 50, fold=1)).do(int)
    assert runs(scheduler, clock, 200) == [20, 40, 60, 80, 100]
    assert scheduler.jobs == []


def test_a_wall_time_means_another_instant_when_the_local_zone_changes(
    scheduler: schedule.Scheduler, clock: Clock, local_zone: Callable[[str], None]
) -> None:
    job = scheduler.every().day.at("20:00").do(int)
    idle = scheduler.idle_seconds
    local_zone("NZST-12NZDT,M9.5.0,M4.1.0/3")
    assert idle == 6 * 3600
    assert job.next_run == datetime(2024, 6, 28, 20)
    assert scheduler.idle_seconds == -4 * 3600
    assert job.should_run


def test_the_clock_may_be_set_back(scheduler: schedule.Scheduler, clock: Clock) -> None:
    job = scheduler.every(10).minutes.do(int)
    clock.move(-3600)
    scheduler.run_pending()
    assert job.last_run is None
    assert scheduler.idle_seconds == timedelta(minutes=70).total_seconds()
