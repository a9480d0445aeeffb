"""Runner: runs a scheduler's jobs when they are due, in threads of its own or in the caller's.

It sleeps in the kernel until the next run, and is woken by new jobs, by a next run that is set, by
a wall clock that is set, and by stop(). It polls nothing; in the main thread, where Python hears
signals, it looks for those meanwhile.
"""

from __future__ import annotations

import os
from _queue import SimpleQueue
from _thread import get_ident

from . import _native, _runs
from ._options import Options
from ._scheduler import Scheduler

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from types import TracebackType

    from typing_extensions import Self

    from ._job import Job


class Base:
    """What runners in threads and in event loops have in common."""

    def __init__(self, scheduler: Scheduler | None = None, *, max_running: int = 1) -> None:
        if scheduler is None:
            from mainstay import schedule

            scheduler = schedule.default_scheduler
        if not isinstance(scheduler, Scheduler):
            raise TypeError(f"a runner runs a Scheduler, got {scheduler!r}")
        if not isinstance(max_running, int) or max_running < 1:
            raise ValueError(f"max_running is an int of at least 1, got {max_running!r}")
        self.scheduler = scheduler
        self.max_running = max_running
        self._alarm = _native.Alarm()
        self._stopping = False
        self._error: BaseException | None = None
        self._defaults = Options({})
        self._pid = os.getpid()

    def _attach(self) -> None:
        scheduler, here = self.scheduler, os.getpid()
        if scheduler._alarm is not None:
            if scheduler._runner_pid == here:
                raise RuntimeError("the scheduler has a runner already; stop that one first")
            scheduler._give_back()  # what a runner had taken that was not forked along
        self._stopping = False
        self._error = None
        scheduler._alarm = self._alarm
        scheduler._runner_pid = self._pid = here

    def _detach(self) -> None:
        self.scheduler._alarm = None
        self.scheduler._give_back()

    def _is_to_run(self, job: Job) -> bool:
        """Whether a job that was taken still is: it may have been cancelled since."""
        return not self._stopping and self.scheduler._has(job)

    def _options_of(self, job: Job) -> Options:
        return job._options or self.scheduler._options or self._defaults

    def _fail(self, error: BaseException) -> None:
        """Ends the runner with an error, which run() or stop() raises."""
        self._error = self._error or error
        self._stopping = True
        self._alarm.ring()


class Runner(Base):
    """Runs the jobs of a scheduler (the default one, unless given) as they become due.

    `run()` does so in the calling thread until `stop()`; `start()` in a thread of its own, as does
    `with Runner():`. With `max_running` above 1, so many threads run jobs at the same time; a job
    never overlaps with itself. Errors of jobs without an error policy are logged; of those with
    on_error="raise" they end the runner, and run() or stop() raises them. After a fork, start
    another one in the child.
    """

    def __init__(self, scheduler: Scheduler | None = None, *, max_running: int = 1) -> None:
        super().__init__(scheduler, max_running=max_running)
        import threading  # here, so that no run does so first; others need not pay

        self._thread: threading.Thread | None = None
        self._inside: set[int] = set()  # the threads that run jobs
        self._ended = threading.Event()
        self._ended.set()

    def run(self) -> None:
        """Runs jobs in this thread until stop() is called; raises what ended it."""
        self._begin(None, {get_ident()})
        self._loop()
        self._raise()

    def start(self) -> Self:
        """Begins to run jobs in a thread of its own, a daemon; returns the runner."""
        from threading import Thread

        thread = Thread(target=self._loop, name="schedule-runner", daemon=True)
        self._begin(thread, set())
        try:
            thread.start()
        except BaseException:
            self._end()
            raise
        return self

    def stop(self, timeout: float | None = None) -> bool:
        """Begins no further job, and waits up to `timeout` seconds for those that run.

        Returns whether all have ended. Called by a job, or by a signal handler in the thread of
        run(), it returns False at once, and the runner ends when its jobs do. May be called again;
        before run() it does nothing.
        """
        if self._pid != os.getpid():
            return True  # its threads were not forked along
        self._stopping = True
        self._alarm.ring()
        if get_ident() in self._inside or not self._ended.wait(timeout):
            return False
        if self._thread is not None:
            self._thread.join()
            self._raise()
        return True

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _begin(self, thread: threading.Thread | None, inside: set[int]) -> None:
        from threading import Event

        self._attach()
        self._thread, self._inside, self._ended = thread, inside, Event()

    def _end(self) -> None:
        self._detach()
        self._inside = set()
        self._ended.set()

    def _loop(self) -> None:
        from threading import Thread

        self._inside.add(get_ident())
        jobs: SimpleQueue[Job | None] = SimpleQueue()
        workers: list[threading.Thread] = []
        try:
            for number in range(self.max_running if self.max_running > 1 else 0):
                name = f"schedule-worker-{number}"
                worker = Thread(target=self._work, args=(jobs,), name=name, daemon=True)
                worker.start()
                workers.append(worker)
            while not self._stopping:
                for job in self.scheduler._take_due():
                    if workers:
                        jobs.put(job)
                    else:
                        self._execute(job)
                if not self._stopping:
                    self._alarm.set(self.scheduler._next_instant())
                    self._alarm.wait()
        except BaseException as error:  # of the loop itself, such as KeyboardInterrupt
            self._fail(error)
        try:
            for _ in workers:
                jobs.put(None)
            for worker in workers:
                worker.join()
        except BaseException as error:  # such as a second KeyboardInterrupt
            self._fail(error)
        finally:
            self._end()

    def _work(self, jobs: SimpleQueue[Job | None]) -> None:
        self._inside.add(get_ident())
        while (job := jobs.get()) is not None:
            self._execute(job)

    def _execute(self, job: Job) -> None:
        try:
            if self._is_to_run(job):
                _runs.run(self.scheduler, job, self._options_of(job), "log")
        except BaseException as error:
            self._fail(error)
        finally:
            job._release()  # last: what is noted of a run must not meet the next one

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error
