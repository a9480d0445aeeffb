"""AsyncRunner: runs a scheduler's jobs in an event loop; coroutine functions are awaited there.

Where a loop runs, the program has imported asyncio, which others need not pay for.
"""

from __future__ import annotations

from . import _runs
from ._errors import ScheduleError
from ._runner import Base

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from ._job import Job
    from ._options import Options
    from ._scheduler import Scheduler


class AsyncRunner(Base):
    """Runs the jobs of a scheduler (the default one, unless given) in an event loop.

    Coroutine functions are awaited in tasks, each attempt for as long as the `timeout` of their job
    says; other functions run in threads of the loop's executor. At most `max_running` jobs run at
    the same time, and a job never overlaps with itself. For one event loop; stop() may be called
    from any thread.
    """

    def __init__(self, scheduler: Scheduler | None = None, *, max_running: int = 100) -> None:
        super().__init__(scheduler, max_running=max_running)
        self._tasks: set[asyncio.Task[None]] = set()
        self._grace: float | None = None

    async def run(self) -> None:
        """Runs jobs until stop() is called or the task is cancelled; raises what ended it."""
        import asyncio

        loop = asyncio.get_running_loop()
        woken = asyncio.Event()

        def wake() -> None:
            self._alarm.clear()
            woken.set()

        self._attach()
        free = asyncio.Semaphore(self.max_running)
        loop.add_reader(self._alarm.fileno(), wake)
        try:
            while not self._stopping:
                for job in self.scheduler._take_due():
                    task = loop.create_task(self._execute(job, free))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                if not self._stopping:
                    self._alarm.set(self.scheduler._next_instant())
                    await woken.wait()
                    woken.clear()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._grace)
        finally:
            loop.remove_reader(self._alarm.fileno())
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._detach()
        if self._error is not None:
            raise self._error

    def stop(self, timeout: float | None = None) -> None:
        """Begins no further job; run() ends when those that run have, or after `timeout` seconds,
        when it cancels them. What runs in a thread cannot be cancelled, and is not waited for then.
        """
        self._grace = timeout
        self._stopping = True
        self._alarm.ring()

    async def _execute(self, job: Job, free: asyncio.Semaphore) -> None:
        try:
            async with free:
                if self._is_to_run(job):
                    await self._run(job, self._options_of(job))
        except Exception as error:
            self._fail(error)
        finally:
            job._release()  # last: what is noted of a run must not meet the next one

    async def _run(self, job: Job, options: Options) -> None:
        import asyncio

        scheduler = self.scheduler
        for due, following, last in _runs.begin(scheduler, job, options):
            _runs.start(scheduler, job, due, following)
            result: Any = None
            error: Exception | None = None
            try:
                result = await self._call(job, options)
            except asyncio.CancelledError as cancelled:
                # Of this task, or of what it awaits; Python 3.10 does not say.
                if getattr(asyncio.current_task(), "cancelling", lambda: 1)():
                    raise
                error = ScheduleError(f"what the job awaited was cancelled: {job}")
                error.__cause__ = cancelled
            except Exception as raised:
                error = raised
            on_error = options.on_error or "log"
            if _runs.conclude(scheduler, job, options, result, error, following, last, on_error):
                break

    async def _call(self, job: Job, options: Options) -> Any:
        import asyncio
        from inspect import isawaitable

        in_loop = _is_coroutine_function(job)
        policy = options.policy
        if policy is not None and not options.is_async:
            if in_loop:
                raise TypeError("a coroutine function is repeated by AsyncRetrying, not Retrying")
            return await asyncio.to_thread(policy, job._call, False)

        async def once() -> Any:
            result = job._call(True) if in_loop else await asyncio.to_thread(job._call, True)
            if not isawaitable(result):
                return result
            return await asyncio.wait_for(result, options.timeout)

        return await (once() if policy is None else policy(once))


def _is_coroutine_function(job: Job) -> bool:
    from inspect import iscoroutinefunction

    function: Any = job.job_func
    while hasattr(function, "func"):  # partials
        function = function.func
    return iscoroutinefunction(function)
