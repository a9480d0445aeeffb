"""Runner: runs a scheduler's jobs when they are due, in threads of its own or in the caller's.

It sleeps in the kernel until the next run, and is woken by new jobs, by a next run that is set, by
a wall clock that is set, and by stop(). It polls nothing.
"""

from __future__ import annotations

import queue
import threading
import time

from . import _native, _runs
from ._options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._job import Job
    from ._scheduler import Scheduler

_NONE = Options({})


class Base:
    """What runners in threads and in event loops have in common."""

    def __init__(self, scheduler: Scheduler | None = None, *, max_running: int = 1) -> None:
        if scheduler is None:
            from mainstay import schedule

            scheduler = schedule.default_scheduler
        if not isinstance(max_running, int) or max_running < 1:
            raise ValueError(f"max_running is an int of at least 1, got {max_running!r}")
        self.scheduler = scheduler
        self.max_running = max_running
        self._alarm = _native.Alarm()
        self._stopping = False
        self._error: BaseException | None = None

    def _attach(self) -> None:
        if self.scheduler._alarm is not None:
            raise RuntimeError("the scheduler has a runner already; stop that one first")
        self.scheduler._alarm = self._alarm
        self._stopping = False
        self._error = None

    def _detach(self) -> None:
        self.scheduler._alarm = None
        self.scheduler._give_back()

    def _options_of(self, job: Job) -> Options:
        return job._options or self.scheduler._options or _NONE

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
        self._thread: threading.Thread | None = None
        self._workers: list[threading.Thread] = []
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Runs jobs in this thread until stop() is called; raises what ended it."""
        self._attach()
        self._loop()
        self._raise()

    def start(self) -> Self:
        """Begins to run jobs in a thread of its own, a daemon; returns the runner."""
        self._attach()
        self._thread = threading.Thread(target=self._loop, name="schedule-runner", daemon=True)
        self._thread.start()
        return self

    def stop(self, timeout: float | None = None) -> bool:
        """Begins no further job, and waits up to `timeout` seconds for those that run.

        Returns whether all have ended. From a signal handler or a job it returns at once, and run()
        ends when the job does. May be called again.
        """
        self._stopping = True
        self._alarm.ring()
        deadline = None if timeout is None else time.monotonic() + timeout
        threads = [*self._workers, *([self._thread] if self._thread is not None else [])]
        here = threading.current_thread()
        for thread in threads:
            if thread is not here:
                thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        ended = not any(thread.is_alive() for thread in threads)
        if ended:
            self._raise()
        return ended

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _loop(self) -> None:
        self._workers = []
        if self.max_running > 1:
            for number in range(self.max_running):
                worker = threading.Thread(
                    target=self._work, name=f"schedule-worker-{number}", daemon=True
                )
                self._workers.append(worker)
                worker.start()
        try:
            while not self._stopping:
                for job in self.scheduler._take_due():
                    if self._workers:
                        self._queue.put(job)
                    elif not self._stopping:
                        self._execute(job)
                if not self._stopping:
                    self._alarm.set(self.scheduler._next_instant())
                    self._alarm.wait()
        except BaseException as error:  # of the loop itself, such as KeyboardInterrupt
            self._fail(error)
        finally:
            for _ in self._workers:
                self._queue.put(None)
            for worker in self._workers:
                worker.join()
            self._detach()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            if not self._stopping:
                self._execute(job)

    def _execute(self, job: Job) -> None:
        options = self._options_of(job)
        try:
            _runs.run(self.scheduler, job, options, "log")
        except BaseException as error:
            self._fail(error)
        finally:
            job._release()  # last: what is noted of a run must not meet the next one

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error
