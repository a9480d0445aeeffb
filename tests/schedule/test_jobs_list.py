"""The list of jobs is a list: what programs do to it counts, and classes of theirs are asked."""

from __future__ import annotations

import gc
import pickle
import random
import weakref
from datetime import datetime, timedelta
from typing import Any

import pytest
from mainstay import schedule

from .conftest import Clock


@pytest.fixture
def ran(scheduler: schedule.Scheduler, clock: Clock) -> list[int]:
    """Five jobs, due after 10, 20, ... seconds, that note their numbers."""
    found: list[int] = []
    for number in range(5):
        scheduler.every(10 * number + 10).seconds.do(found.append, number)
    scheduler.run_pending()
    clock.move(60)
    return found


def test_jobs_run_in_the_order_of_their_next_runs_and_then_of_the_list(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    scheduler.jobs[3].next_run = scheduler.jobs[1].next_run
    scheduler.jobs[0].next_run = scheduler.jobs[4].next_run
    scheduler.run_pending()
    assert ran == [1, 3, 2, 0, 4]


def test_what_is_done_to_the_list_counts(scheduler: schedule.Scheduler, ran: list[int]) -> None:
    jobs = scheduler.jobs
    first = jobs.pop(0)
    jobs.remove(jobs[0])
    jobs[0], jobs[1] = jobs[1], jobs[0]
    jobs[2:] = [first]
    for job in jobs:
        job.next_run = datetime.now()
    scheduler.run_pending()
    assert ran == [3, 2, 0]
    jobs.clear()
    assert scheduler.next_run is None
    assert scheduler.idle_seconds is None


def test_what_is_done_to_the_list_behind_its_back_counts_where_its_length_changes(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    list.__delitem__(scheduler.jobs, 0)
    scheduler.run_pending()
    assert ran == [1, 2, 3, 4]


def test_another_list_may_take_its_place(scheduler: schedule.Scheduler, ran: list[int]) -> None:
    scheduler.jobs = scheduler.jobs[1:3]
    scheduler.run_pending()
    scheduler.cancel_job(scheduler.jobs[0])
    scheduler.every().hour.do(ran.append, 9)
    assert (ran, len(scheduler.jobs)) == ([1, 2], 2)
    assert scheduler.next_run == scheduler.jobs[0].next_run


def test_a_job_may_be_in_the_list_twice_or_in_two_schedulers(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    other = schedule.Scheduler()
    other.jobs.append(scheduler.jobs[2])
    scheduler.jobs.append(scheduler.jobs[0])
    other.run_pending()
    scheduler.run_pending()
    assert sorted(ran) == [0, 0, 1, 2, 3, 4]


def test_a_job_that_an_earlier_one_cancels_does_not_run(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    job = scheduler.jobs[0]
    job.job_func = lambda: scheduler.cancel_job(scheduler.jobs[1])  # type: ignore[assignment]
    scheduler.run_pending()
    assert ran == [2, 3, 4]


def test_a_job_that_raises_leaves_the_others_their_run_and_stays_due(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    def fail() -> None:
        raise ValueError("no")

    scheduler.jobs[0].job_func = scheduler.jobs[3].job_func = fail  # type: ignore[assignment]
    with pytest.raises(ValueError, match="no"):
        scheduler.run_pending()
    assert ran == [1, 2, 4]
    assert [job.should_run for job in scheduler.jobs] == [True, False, False, True, False]


def test_what_is_no_error_of_a_job_ends_the_pass(
    scheduler: schedule.Scheduler, ran: list[int]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    scheduler.jobs[1].job_func = interrupt  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        scheduler.run_pending()
    assert ran == [0]


def test_jobs_may_add_and_remove_jobs_while_they_run(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    ran: list[int] = []

    def work(number: int) -> object:
        ran.append(number)
        if number < 100:
            scheduler.every().second.do(work, number + 1)
            random.choice(scheduler.jobs).tag("x")
        return schedule.CancelJob if number % 2 else schedule.CancelJob()

    scheduler.every().second.do(work, 0)
    while scheduler.jobs:
        clock.move(1)
        scheduler.run_pending()
    assert ran == list(range(101))


def test_methods_that_a_class_overrides_are_called(clock: Clock) -> None:
    calls: list[str] = []

    class Job(schedule.Job):
        def _schedule_next_run(self) -> None:
            calls.append("schedule")
            super()._schedule_next_run()

        def run(self) -> Any:
            calls.append("run")
            return super().run()

    class Scheduler(schedule.Scheduler):
        def every(self, interval: float = 1, **options: Any) -> schedule.Job:
            return Job(interval, self)

        def _run_job(self, job: schedule.Job, /) -> None:
            calls.append("_run_job")
            super()._run_job(job)

        def cancel_job(self, job: schedule.Job) -> None:
            calls.append("cancel_job")
            super().cancel_job(job)

    mine = Scheduler()
    mine.every().second.do(schedule.CancelJob)
    clock.move(1)
    mine.run_pending()
    assert calls == ["schedule", "_run_job", "run", "schedule", "cancel_job"]
    assert mine.jobs == []


def test_a_scheduler_that_logs_errors_as_many_programs_write_it(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    class Safe(schedule.Scheduler):
        def _run_job(self, job: schedule.Job, /) -> None:
            try:
                super()._run_job(job)
            except ZeroDivisionError:
                job.last_run = datetime.now()
                job._schedule_next_run()

    safe = Safe()
    job = safe.every().minute.do(lambda: 1 / 0)
    clock.move(60)
    safe.run_pending()
    assert job.next_run == datetime.now() + timedelta(minutes=1)


def test_methods_that_a_program_replaces_are_called(
    scheduler: schedule.Scheduler, ran: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    run_job, run = schedule.Scheduler._run_job, schedule.Job.run

    def noting(name: str, method: Any) -> Any:
        def noted(*args: Any) -> Any:
            calls.append(name)
            return method(*args)

        return noted

    monkeypatch.setattr(schedule.Scheduler, "_run_job", noting("class", run_job))
    monkeypatch.setattr(schedule.Job, "run", noting("run", run))
    scheduler.every().hour.do(int)
    scheduler.run_pending()
    assert (ran, calls) == ([0, 1, 2, 3, 4], ["class", "run"] * 5)
    monkeypatch.undo()
    scheduler._run_job = lambda job: calls.append("object")  # type: ignore[method-assign]
    scheduler.jobs[0].next_run = datetime.now()
    scheduler.run_pending()
    assert calls[10:] == ["object"]


def test_a_class_that_sets_its_own_next_run_needs_no_interval(
    scheduler: schedule.Scheduler, clock: Clock
) -> None:
    class Once(schedule.Job):
        def _schedule_next_run(self) -> None:
            pass

        def run(self) -> Any:
            super().run()
            return schedule.CancelJob

    ran: list[int] = []
    job = Once(0, scheduler)
    job.next_run = datetime.now()
    job.do(ran.append, 1)
    scheduler.run_pending()
    assert (ran, scheduler.jobs) == ([1], [])


def test_jobs_and_schedulers_are_let_go_of() -> None:
    class Payload:
        pass

    def make() -> list[weakref.ref[Any]]:
        scheduler = schedule.Scheduler()
        payload = Payload()
        job = scheduler.every().day.do(print, payload, scheduler)
        job.job_func.keywords["job"] = job  # type: ignore[union-attr]
        scheduler.run_pending()
        return [weakref.ref(scheduler), weakref.ref(job), weakref.ref(payload)]

    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_a_job_outlives_its_scheduler() -> None:
    job = schedule.Scheduler().every().day.do(int)
    gc.collect()
    assert job.run() == 0


def test_the_list_pickles_as_a_list(scheduler: schedule.Scheduler) -> None:
    assert pickle.loads(pickle.dumps(scheduler.jobs)) == []
