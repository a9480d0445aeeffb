"""Runners in threads and event loops. What is waited for is what jobs do, with a generous limit."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from mainstay import retry, schedule
from mainstay.schedule import AsyncRunner, Runner

from ..fresh import printed
from ..together import LIMIT, at_once


def soon(job: schedule.Job) -> schedule.Job:
    """Due at once, and then not before an hour."""
    job.next_run = datetime.now()
    return job


def test_a_job_runs_when_it_is_due_and_not_before(scheduler: schedule.Scheduler) -> None:
    ran: list[float] = []
    done = threading.Event()

    def work() -> None:
        ran.append(time.time())
        done.set()

    with Runner(scheduler):
        job = scheduler.every().hour.do(work)
        due = time.time() + 0.02
        job.next_run = datetime.fromtimestamp(due)
        assert done.wait(LIMIT)
    assert len(ran) == 1
    assert ran[0] >= due - 1e-6


def test_a_sleeping_runner_hears_of_new_jobs_and_of_changes(scheduler: schedule.Scheduler) -> None:
    done = [threading.Event() for _ in range(4)]
    with Runner(scheduler):
        later = scheduler.every().hour.do(done[0].set)
        soon(scheduler.every().hour.do(done[1].set))
        assert done[1].wait(LIMIT)
        soon(later)
        assert done[0].wait(LIMIT)
        listed = schedule.Job(1, scheduler).hours
        listed.job_func = done[2].set  # type: ignore[assignment]
        soon(listed)
        scheduler.jobs.append(listed)
        assert done[2].wait(LIMIT)
        scheduler.every(0.001).seconds.do(done[3].set)
        assert done[3].wait(LIMIT)


def test_so_many_jobs_run_at_once_and_none_overlaps_with_itself(
    scheduler: schedule.Scheduler,
) -> None:
    together = threading.Barrier(3)
    inside: set[int] = set()
    overlaps: list[int] = []
    done = threading.Semaphore(0)

    def work(number: int) -> None:
        if number in inside:
            overlaps.append(number)
        inside.add(number)
        together.wait(LIMIT)
        inside.discard(number)
        done.release()

    with Runner(scheduler, max_running=3):
        for number in range(3):
            scheduler.every(0.001).seconds.do(work, number)
        for _ in range(30):
            assert done.acquire(timeout=LIMIT)
        scheduler.clear()
        together.abort()
    assert overlaps == []


def test_errors_are_logged_or_end_the_runner_as_asked(scheduler: schedule.Scheduler) -> None:
    done = threading.Event()
    soon(scheduler.every().hour.do(lambda: 1 / 0))
    soon(scheduler.every().hour.do(done.set))
    runner = Runner(scheduler).start()
    assert done.wait(LIMIT)
    assert runner.stop()
    soon(scheduler.every(on_error="raise").hour.do(lambda: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        Runner(scheduler).run()
    assert scheduler.jobs[-1].should_run


def test_stop_waits_for_running_jobs_up_to_its_deadline(scheduler: schedule.Scheduler) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(LIMIT)

    job = soon(scheduler.every().hour.do(work))
    runner = Runner(scheduler).start()
    assert begun.wait(LIMIT)
    assert not runner.stop(timeout=0)
    assert job.last_run is None
    go_on.set()
    assert runner.stop()
    assert job.last_run is not None


def test_a_job_may_stop_its_runner_and_a_runner_may_start_again(
    scheduler: schedule.Scheduler,
) -> None:
    runner = Runner(scheduler)
    ran: list[int] = []
    for number in range(2):
        soon(scheduler.every().hour.do(lambda number=number: ran.append(number) or runner.stop()))
        runner.run()
    assert ran == [0, 1]


def test_a_job_in_a_worker_may_stop_its_runner(scheduler: schedule.Scheduler) -> None:
    runner = Runner(scheduler, max_running=2)
    answers: list[bool] = []
    stopped = threading.Event()

    def work() -> None:
        answers.append(runner.stop())
        stopped.set()

    soon(scheduler.every().hour.do(work))
    runner.start()
    assert stopped.wait(LIMIT)
    assert runner.stop()
    assert answers == [False]


def test_stop_waits_for_a_runner_in_another_thread(scheduler: schedule.Scheduler) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(LIMIT)

    job = soon(scheduler.every().hour.do(work))
    runner = Runner(scheduler)
    thread = threading.Thread(target=runner.run)
    thread.start()
    assert begun.wait(LIMIT)
    assert not runner.stop(timeout=0)
    go_on.set()
    assert runner.stop()
    assert job.last_run is not None
    thread.join()


@pytest.mark.parametrize("kind", [Runner, AsyncRunner])
def test_a_taken_job_that_an_earlier_one_cancels_does_not_run(
    scheduler: schedule.Scheduler, kind: Any
) -> None:
    now, ran = datetime.now(), []
    runner = kind(scheduler, max_running=1)
    first = scheduler.every().hour.do(lambda: scheduler.cancel_job(second))
    second = scheduler.every().hour.do(ran.append, 2)
    third = scheduler.every().hour.do(lambda: (ran.append(3), runner.stop()))
    for number, job in enumerate((first, second, third)):
        job.next_run = now + timedelta(microseconds=number)
    ended = runner.run()
    if ended is not None:
        asyncio.run(ended)
    assert ran == [3]


def test_one_scheduler_has_one_runner(scheduler: schedule.Scheduler) -> None:
    with Runner(scheduler), pytest.raises(RuntimeError, match="has a runner already"):
        Runner(scheduler).start()


def test_signals_are_heard_while_the_main_thread_waits(scheduler: schedule.Scheduler) -> None:
    runner = Runner(scheduler)
    soon(scheduler.every().hour.do(os.kill, os.getpid(), signal.SIGUSR1))
    before = signal.signal(signal.SIGUSR1, lambda *_: runner.stop())
    try:
        runner.run()
        signal.signal(signal.SIGUSR1, signal.default_int_handler)
        soon(scheduler.jobs[0])
        with pytest.raises(KeyboardInterrupt):
            runner.run()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_signal_handler_may_stop_a_runner_with_workers(scheduler: schedule.Scheduler) -> None:
    runner = Runner(scheduler, max_running=2)
    answers: list[bool] = []
    soon(scheduler.every().hour.do(os.kill, os.getpid(), signal.SIGUSR1))
    before = signal.signal(signal.SIGUSR1, lambda *_: answers.append(runner.stop()))
    try:
        runner.run()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert answers == [False]


def test_threads_may_add_and_cancel_jobs_while_a_runner_runs(scheduler: schedule.Scheduler) -> None:
    ran = threading.Event()

    def work() -> None:
        for _ in range(200):
            job = scheduler.every(0.001).seconds.do(ran.set)
            scheduler.jobs[0].next_run = datetime.now()
            scheduler.cancel_job(job)

    scheduler.every(0.001).seconds.do(ran.set)
    with Runner(scheduler, max_running=2):
        at_once(work, work, work)
        ran.clear()
        assert ran.wait(LIMIT)
    assert len(scheduler.jobs) == 1


# --- event loops ---


def in_a_loop(
    scheduler: schedule.Scheduler, until: Callable[[], bool], runner: AsyncRunner | None = None
) -> None:
    """Runs a scheduler until something has come about."""

    async def main() -> None:
        mine = runner or AsyncRunner(scheduler)
        task = asyncio.create_task(mine.run())
        end = time.monotonic() + LIMIT
        while not until() and not task.done():
            assert time.monotonic() < end
            await asyncio.sleep(0)
        mine.stop()
        await task

    asyncio.run(main())


def test_coroutines_are_awaited_in_the_loop_and_functions_run_in_threads(
    scheduler: schedule.Scheduler,
) -> None:
    threads: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0)
        threads.append(threading.current_thread().name)

    soon(scheduler.every().hour.do(work))
    soon(scheduler.every().hour.do(lambda: threads.append(threading.current_thread().name)))
    in_a_loop(scheduler, lambda: len(threads) == 2)
    assert sorted(name == "MainThread" for name in threads) == [False, True]


def test_a_coroutine_is_cancelled_after_its_timeout(scheduler: schedule.Scheduler) -> None:
    job = soon(scheduler.every(timeout=0.001).hour.do(asyncio.sleep, 3600))
    in_a_loop(scheduler, lambda: job.last_error is not None)
    assert isinstance(job.last_error, asyncio.TimeoutError)


def test_coroutines_are_repeated_by_a_policy(scheduler: schedule.Scheduler) -> None:
    calls: list[int] = []

    async def work() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise ConnectionError
        return "done"

    policy = retry.AsyncRetrying(stop=retry.stop_after_attempt(3))
    wrong = soon(scheduler.every(on_error=retry.Retrying()).hour.do(work))
    job = soon(scheduler.every(on_error=policy).hour.do(work))
    in_a_loop(scheduler, lambda: job.last_result == "done")
    assert isinstance(wrong.last_error, TypeError)


def test_stop_ends_what_runs_in_a_loop_at_its_deadline(scheduler: schedule.Scheduler) -> None:
    cancelled: list[bool] = []

    async def work() -> None:
        try:
            runner.stop(timeout=0)
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    runner = AsyncRunner(scheduler)
    job = soon(scheduler.every().hour.do(work))
    asyncio.run(runner.run())
    assert (cancelled, job.should_run) == ([True], True)


def test_no_job_begins_in_a_loop_after_stop_and_its_deadline_holds(
    scheduler: schedule.Scheduler,
) -> None:
    ran: list[int] = []

    async def work(number: int) -> None:
        ran.append(number)
        runner.stop(timeout=0)
        await asyncio.sleep(3600)

    runner = AsyncRunner(scheduler, max_running=1)
    for number in range(3):
        soon(scheduler.every().hour.do(work, number))
    asyncio.run(runner.run())
    assert ran == [0]
    assert all(job.should_run for job in scheduler.jobs)


def test_a_function_in_a_thread_has_no_timeout_so_that_it_cannot_overlap_with_itself(
    scheduler: schedule.Scheduler,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        go_on.wait(LIMIT)
        return "done"

    job = soon(scheduler.every(timeout=0.001).hour.do(work))
    end = time.monotonic() + LIMIT

    def is_over() -> bool:
        nonlocal end
        if begun.is_set() and not go_on.is_set():
            end = min(end, time.monotonic() + 0.02)
            if time.monotonic() >= end:
                go_on.set()
        return job.last_run is not None

    in_a_loop(scheduler, is_over)
    assert (job.last_result, job.last_error) == ("done", None)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tasks do not say who cancelled them")
def test_what_a_job_awaits_may_be_cancelled(scheduler: schedule.Scheduler) -> None:
    async def work() -> None:
        waited_for = asyncio.get_running_loop().create_future()
        waited_for.cancel()
        await waited_for

    job = soon(scheduler.every().hour.do(work))
    in_a_loop(scheduler, lambda: job.last_error is not None)
    assert isinstance(job.last_error, schedule.ScheduleError)


def test_an_error_ends_a_loop_that_is_to_raise_it(scheduler: schedule.Scheduler) -> None:
    soon(scheduler.every(on_error="raise").hour.do(lambda: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        in_a_loop(scheduler, lambda: False)


# --- the process ---


def test_a_process_with_a_running_runner_exits() -> None:
    assert printed(
        "from mainstay import schedule\n"
        "scheduler = schedule.Scheduler()\n"
        "scheduler.every(0.0005).seconds.do(int)\n"
        "schedule.Runner(scheduler, max_running=3).start()\n"
        "schedule.Runner(schedule.Scheduler()).start()\n"
        "print('at the end')\n"
    ) == ["at the end"]


def test_a_forked_child_can_run_its_own_runner() -> None:
    assert printed(
        "import os, threading, warnings\n"
        "from datetime import datetime\n"
        "from mainstay import schedule\n"
        "warnings.simplefilter('ignore')\n"
        "scheduler = schedule.Scheduler()\n"
        "runner = schedule.Runner(scheduler).start()\n"
        "if os.fork() == 0:\n"
        "    runner.stop()\n"
        "    done = threading.Event()\n"
        "    with schedule.Runner(scheduler):\n"
        "        scheduler.every().hour.do(done.set).next_run = datetime.now()\n"
        "        print('child', done.wait(60), flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "done = threading.Event()\n"
        "scheduler.every().hour.do(done.set).next_run = datetime.now()\n"
        "print('parent', done.wait(60), runner.stop())\n"
    ) == ["child True", "parent True True"]
