"""The event loop of the pytest plugin on trio: one task that runs tests and fixtures in turn.

trio runs as a guest of a queue: while a test runs, the caller executes what trio puts there, and
between tests nothing runs.
"""

from __future__ import annotations

from queue import Queue
from typing import TypeVar

import trio
from outcome import Error, Value

from .. import abc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
    from types import TracebackType
    from typing import Any

    from outcome import Outcome

T = TypeVar("T")


class TestRunner(abc.TestRunner):
    """Runs coroutines in one task of one trio run, which begins with the first of them."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._steps: Queue[Callable[[], object]] = Queue()
        self._jobs: trio.MemorySendChannel[_Job] | None = None
        self._ended: Outcome[None] | None = None
        self._running = False

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._jobs is None:
            return
        self._jobs.close()
        while self._ended is None:
            self._steps.get()()
        self._ended.unwrap()

    def is_running(self) -> bool:
        return self._running

    async def _work(self) -> None:
        self._jobs, jobs = trio.open_memory_channel[_Job](1)
        async for job in jobs:
            await job.run()

    def _finish(self, ended: Outcome[None]) -> None:
        self._ended = ended

    def _start(self) -> None:
        trio.lowlevel.start_guest_run(
            self._work,
            run_sync_soon_threadsafe=self._steps.put,
            done_callback=self._finish,
            **self._options,
        )
        while self._jobs is None:
            self._steps.get()()

    def _call(self, func: Callable[[], Awaitable[T]]) -> T:
        """Run `func` in the task, and with it all other tasks; return its result."""
        if self._running:
            raise RuntimeError("the test runner runs a coroutine already")
        if self._jobs is None:
            self._start()
        assert self._jobs is not None
        job = _Job(func)
        self._running = True
        try:
            self._jobs.send_nowait(job)
            while job.outcome is None:
                if self._ended is not None:
                    self._ended.unwrap()
                self._steps.get()()
        finally:
            self._running = False
        result: T = job.outcome.unwrap()
        return result

    def run_asyncgen_fixture(
        self, fixture_func: Callable[..., AsyncGenerator[T, Any]], kwargs: dict[str, Any]
    ) -> Iterable[T]:
        generator = fixture_func(**kwargs)
        yield self._call(generator.__anext__)
        try:
            self._call(generator.__anext__)
        except StopAsyncIteration:
            return
        self._call(generator.aclose)
        raise RuntimeError("Async generator fixture did not stop")

    def run_fixture(
        self, fixture_func: Callable[..., Coroutine[Any, Any, T]], kwargs: dict[str, Any]
    ) -> T:
        return self._call(lambda: fixture_func(**kwargs))

    def run_test(
        self, test_func: Callable[..., Coroutine[Any, Any, Any]], kwargs: dict[str, Any]
    ) -> None:
        self._call(lambda: test_func(**kwargs))


class _Job:
    """A function to await, and how that ended."""

    def __init__(self, func: Callable[[], Awaitable[Any]]) -> None:
        self._func = func
        self.outcome: Outcome[Any] | None = None

    async def run(self) -> None:
        try:
            self.outcome = Value(await self._func())
        except trio.Cancelled as error:
            # The run itself ends.
            self.outcome = Error(error)
            raise
        except BaseException as error:
            self.outcome = Error(error)
