"""Error policies, missed runs, drift, jitter, windows and words: what the peer does not have."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from mainstay import retry, schedule
from mainstay.schedule import ScheduleValueError, _words
from mainstay.schedule._commands import schedule as command

from .conftest import Clock


def failing(times: int) -> Callable[[], str]:
    left = [times]

    def work() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise ConnectionError(f"{left[0]} more")
        return "done"

    return work


# --- errors ---


def test_an_error_that_is_logged_ends_neither_the_pass_nor_the_job(
    scheduler: schedule.Scheduler, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    job = scheduler.every(on_error="log").minute.do(failing(1))
    clock.move(60)
    with caplog.at_level(logging.ERROR, "schedule"):
        scheduler.run_pending()
    assert "ConnectionError: 0 more" in caplog.text
    assert isinstance(job.last_error, ConnectionError)
    assert scheduler.idle_seconds == 60
    clock.move(60)
    scheduler.run_pending()
    assert (job.last_result, job.last_error) == ("done", None)


def test_an_error_can_cancel_its_job(scheduler: schedule.Scheduler, clock: Clock) -> None:
    scheduler.every(on_error="cancel").minute.do(failing(1))
    clock.move(60)
    scheduler.run_pending()
    assert scheduler.jobs == []


def test_a_scheduler_has_a_policy_for_its_jobs_and_a_job_its_own(clock: Clock) -> None:
    scheduler = schedule.Scheduler(on_error="log")
    scheduler.every().minute.do(failing(1))
    scheduler.every(on_error="raise").minute.do(failing(1))
    clock.move(60)
    with pytest.raises(ConnectionError):
        scheduler.run_pending()
    assert [job.should_run for job in scheduler.jobs] == [False, True]


def test_a_run_is_repeated_by_a_policy_of_retry(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    policy = retry.Retrying(stop=retry.stop_after_attempt(3), sleep=clock.move)
    job = scheduler.every(on_error=policy).minute.do(failing(2))
    gives_up = scheduler.every(on_error=policy).minute.do(failing(5))
    clock.move(60)
    scheduler.run_pending()
    assert job.last_result == "done"
    assert isinstance(gives_up.last_error, retry.RetryError)
    assert scheduler.idle_seconds == 60


# --- drift, jitter, missed runs ---


def test_without_drift_runs_stay_on_their_grid(scheduler: schedule.Scheduler, clock: Clock) -> None:
    start = datetime.now()
    job = scheduler.every(10, drift=False).seconds.do(clock.move, 3)
    for _ in range(3):
        clock.move(scheduler.idle_seconds or 0)
        scheduler.run_pending()
    assert job.next_run == start + timedelta(seconds=40)
    clock.move(25)  # two are missed
    scheduler.run_pending()
    assert job.next_run == start + timedelta(seconds=70)


def test_jitter_delays_each_run_by_up_to_so_much_and_is_drawn_from_random(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    random.seed(1)
    job = scheduler.every(60, drift=False, jitter=10).seconds.do(int)
    delays = set()
    for number in range(1, 20):
        delays.add(((scheduler.idle_seconds or 0) + clock.seconds()) % 60)
        clock.move(60)
        assert job._planned == clock.start + number * 60_000_000
        clock.move(scheduler.idle_seconds or 0)
        scheduler.run_pending()
        clock.move(-clock.seconds() % 60 - 60)
    assert len(delays) > 10
    assert all(0 <= delay < 10 for delay in delays)


@pytest.mark.parametrize(
    ("misfire", "late", "runs"),
    [("once", 35, 1), ("skip", 0, 1), ("skip", 35, 0), (2, 35, 2), (100, 35, 4), (100, 0, 1)],
)
def test_missed_runs_are_dealt_with_as_asked(
    scheduler: schedule.Scheduler, clock: Clock, misfire: Any, late: int, runs: int
) -> None:
    due: list[Any] = []
    job = scheduler.every(10, misfire=misfire, drift=False).seconds.do(lambda: due.append(job.due))
    clock.move(10 + late)
    scheduler.run_pending()
    assert len(due) == len(set(due)) == runs
    assert 0 < (scheduler.idle_seconds or 0) <= 10


def test_a_run_within_the_grace_is_not_missed(scheduler: schedule.Scheduler, clock: Clock) -> None:
    job = scheduler.every(misfire="skip", grace=60).hour.do(int)
    clock.move(3650)
    scheduler.run_pending()
    assert job.last_result == 0


def test_a_skipped_last_date_ends_the_job(scheduler: schedule.Scheduler, clock: Clock) -> None:
    scheduler.every(misfire="skip", zone="UTC").day.at("13:00").on("2024-06-28").do(int)
    clock.move(3700)
    scheduler.run_pending()
    assert scheduler.jobs == []


# --- windows, cron, words ---


def test_a_window_of_office_hours(scheduler: schedule.Scheduler, clock: Clock) -> None:
    clock.set(2024, 6, 28, 17, 30)  # a Friday
    job = scheduler.every(20, zone="UTC").minutes.on("mon-fri").between("08:00", "18:00").do(int)
    assert [run.strftime("%a %H:%M") for run in job.next_runs(3)] == [
        *("Fri 17:50", "Mon 08:00", "Mon 08:20")
    ]


def test_days_of_the_month_months_and_dates(scheduler: schedule.Scheduler, clock: Clock) -> None:
    def days(job: schedule.Job) -> list[str]:
        return [run.strftime("%d.%m.%y") for run in job.next_runs(3)]

    daily = scheduler.every(zone="UTC").day.at("09:00").on(1, -1).during("jan-feb", 12)
    assert days(daily.do(int)) == ["01.12.24", "31.12.24", "01.01.25"]
    dated = scheduler.every(zone="UTC").day.at("18:00").on("2024-12-24", "2024-07-01")
    assert days(dated.do(int)) == ["01.07.24", "24.12.24"]


def test_a_job_ends_with_its_last_date(scheduler: schedule.Scheduler, clock: Clock) -> None:
    scheduler.every(zone="UTC").day.at("13:00").on("2024-06-28").do(int)
    clock.move(3600)
    scheduler.run_pending()
    assert scheduler.jobs == []


def test_a_cron_job_is_a_job(scheduler: schedule.Scheduler, clock: Clock) -> None:
    job = scheduler.cron("0 9 * * mon-fri", zone="Europe/Berlin").tag("x").do(int)
    berlin = ZoneInfo("Europe/Berlin")
    assert job.next_runs(1) == [datetime(2024, 7, 1, 9, tzinfo=berlin)]
    assert repr(job).startswith(
        "Cron '0 9 * * mon-fri' do int() (last run: [never], next run: 2024"
    )
    clock.move(3 * 24 * 3600)
    scheduler.run_pending()
    assert job.next_runs(1) == [datetime(2024, 7, 2, 9, tzinfo=berlin)]
    assert scheduler.get_jobs("x") == [job]


def test_next_runs_end_with_the_deadline(scheduler: schedule.Scheduler, clock: Clock) -> None:
    job = scheduler.every(10).minutes.until(timedelta(minutes=35)).do(int)
    assert len(job.next_runs(10)) == 3


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("every 20 minutes on mon-fri between 08:00 and 18:00", "Fri 12:20"),
        ("every monday at 10:30 in Europe/Berlin", "Mon 08:30"),
        ("every day at 09:00 on 1 15 -1", "Sun 09:00"),
        ("every second", "Fri 12:00"),
        ("Every 2 weeks", "Fri 12:00"),
        ("every day during august", "Thu 12:00"),
        ("*/15 9-17 * * mon-fri", "Fri 12:15"),
        ("@daily", "Sat 00:00"),
    ],
)
def test_words_describe_a_job(
    scheduler: schedule.Scheduler,
    clock: Clock,
    local_zone: Callable[[str], None],
    words: str,
    first: str,
) -> None:
    local_zone("UTC0")
    (run,) = _words.job_of(scheduler, words).do(int).next_runs(1)
    assert run.astimezone(ZoneInfo("UTC")).strftime("%a %H:%M") == first


@pytest.mark.parametrize(
    "words",
    [
        *("", "every", "every fnord", "every 3 fnord", "every x minutes", "every 2 to minutes"),
        *("every day between 08:00", "every 1 2 3 days", "hourly", "every at 10:00"),
        *("every 2 mondays", "every day at 10:00 at 11:00", "every day on fnord"),
    ],
)
def test_other_words_are_refused(scheduler: schedule.Scheduler, words: str) -> None:
    with pytest.raises(ScheduleValueError, match="; w"):
        _words.job_of(scheduler, words)


def test_a_preview_prints_the_next_runs(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["preview", "0 9 * * mon-fri", "--zone", "Europe/Berlin", "-n", "2"]) == 0
    assert command.main(["preview", "0 0 30 2 *"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "Mon 2024-07-01 09:00:00 CEST\nTue 2024-07-02 09:00:00 CEST\n"
    assert "never comes" in printed.err
    with pytest.raises(SystemExit, match="2"):
        command.main(["preview", "@daily", "-n", "0"])
