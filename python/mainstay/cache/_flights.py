"""Single flight: of the threads and tasks that miss the same key at once, one computes its value.

The others wait for it. They get its value or its exception; when it was cancelled, or forked away,
one of them computes instead. A thread or task that would wait for itself computes as well.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, Hashable

from ._names import ENOVAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABANDONED = object()


class _Flight:
    """One computation that runs, and who waits for it."""

    def __init__(self, task: object) -> None:
        self.process, self.thread, self.task = os.getpid(), threading.get_ident(), task
        self.result: Any = _ABANDONED
        self.error: BaseException | None = None
        self._landed = False
        self._lock = threading.Lock()
        self._wake: list[Callable[[], object]] = []

    def call_when_landed(self, wake: Callable[[], object]) -> None:
        with self._lock:
            if not self._landed:
                self._wake.append(wake)
                return
        wake()

    def land(self) -> None:
        with self._lock:
            self._landed = True
            waiting, self._wake = self._wake, []
        for wake in waiting:
            wake()

    def answer(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class Flights:
    """The computations that run for one cache in this process. Threads share it."""

    def __init__(self) -> None:
        self._running: dict[Hashable, _Flight] = {}

    def run(
        self,
        key: Hashable,
        compute: Callable[[], Any],
        lookup: Callable[[], Any],
        store: Callable[[Any], object],
    ) -> Any:
        """Computes and stores the value of `key`, or waits for another thread that does."""
        while True:
            mine = _Flight(None)
            flight = self._join(key, mine)
            if flight is mine or flight.thread == mine.thread:
                break
            landed = threading.Event()
            flight.call_when_landed(landed.set)
            landed.wait()
            value = _landed(flight, lookup)
            if value is not _ABANDONED:
                return value
        try:
            mine.result = result = compute()
            store(result)
        except Exception as error:
            mine.error = error
            raise
        finally:
            self._leave(key, mine)
        return result

    async def run_async(
        self,
        key: Hashable,
        compute: Callable[[], Awaitable[Any]],
        lookup: Callable[[], Any],
        store: Callable[[Any], Awaitable[object]],
    ) -> Any:
        """As `run`, for coroutines: waiting blocks no other task."""
        import asyncio  # the running loop has imported it

        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        while True:
            mine = _Flight(task)
            flight = self._join(key, mine)
            if flight is mine or flight.task is task:
                break
            landed = loop.create_future()

            def wake(landed: asyncio.Future[None] = landed) -> None:
                try:
                    loop.call_soon_threadsafe(_finish, landed)
                except RuntimeError:
                    pass  # that loop was closed meanwhile

            flight.call_when_landed(wake)
            await landed
            value = _landed(flight, lookup)
            if value is not _ABANDONED:
                return value
        try:
            result = await compute()
            await store(result)
            mine.result = result
        except Exception as error:
            mine.error = error
            raise
        finally:
            self._leave(key, mine)
        return result

    def _join(self, key: Hashable, mine: _Flight) -> _Flight:
        flight = self._running.setdefault(key, mine)
        if flight.process != mine.process:  # who computed it stayed in the parent of a fork
            self._running[key] = flight = mine
        return flight

    def _leave(self, key: Hashable, mine: _Flight) -> None:
        if self._running.get(key) is mine:
            del self._running[key]
        mine.land()


def _landed(flight: _Flight, lookup: Callable[[], Any]) -> Any:
    """What a waiting thread or task gets: read again, so that no two share one mutable value."""
    if flight.error is None and flight.result is _ABANDONED:
        return _ABANDONED
    value = ENOVAL if flight.error is not None else lookup()
    return flight.answer() if value is ENOVAL else value


def _finish(landed: Any) -> None:
    if not landed.done():
        landed.set_result(None)
