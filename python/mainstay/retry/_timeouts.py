"""The time limit of one attempt under asyncio and trio.

What runs out of time is cancelled and counts as failed with the built-in TimeoutError, whose cause
is the cancellation: its traceback shows where the attempt was waiting. A cancellation from outside
is told apart and passes. That takes the counted cancellations of asyncio since Python 3.11, and
trio's scopes; under asyncio before, an attempt runs as a task of its own, which a block cannot.
"""

from __future__ import annotations

import sys

from ._policy import AttemptManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from types import TracebackType
    from typing import Any, TypeAlias

    from ._policy import RetryCallState

    Limit: TypeAlias = "AsyncioLimit | TrioLimit"

__all__ = ["AsyncioLimit", "TimedAttemptManager", "TrioLimit", "in_a_task", "limited"]

_COUNTED = sys.version_info >= (3, 11)  # Task.cancelling() and uncancel()


def limited(fn: Any, seconds: float) -> Callable[..., Awaitable[Any]]:
    """Return a coroutine function that calls `fn` and gives up after so many seconds.

    Raises:
        RuntimeError: neither asyncio nor trio is running.
    """
    library = _running()
    if library == "asyncio" and not _COUNTED:
        return lambda *args, **kwargs: in_a_task(fn(*args, **kwargs), seconds)

    async def call(*args: Any, **kwargs: Any) -> Any:
        with _limit(library, seconds):
            return await fn(*args, **kwargs)

    return call


class TimedAttemptManager(AttemptManager):
    """The block of one attempt that has so many seconds, counted from its `with`."""

    def __init__(self, retry_state: RetryCallState, seconds: float) -> None:
        super().__init__(retry_state)
        self._seconds = seconds
        self._limit: Limit | None = None

    def __enter__(self) -> None:
        library = _running()
        if library == "asyncio" and not _COUNTED:
            raise RuntimeError(
                "attempt_timeout on an `async for` block under asyncio needs Python 3.11 or newer, "
                "where a cancellation from outside can be told from this one; make the block a "
                "coroutine function and decorate that"
            )
        self._limit = _limit(library, self._seconds)
        self._limit.__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        limit, self._limit = self._limit, None
        try:
            if limit is not None:
                limit.__exit__(exc_type, exc_value, traceback)
        except BaseException as error:  # TimeoutError, or what trio makes of several
            return super().__exit__(type(error), error, error.__traceback__)
        finally:
            exc_value = None  # this frame is in its traceback
        return super().__exit__(exc_type, exc_value, traceback)

    async def __aenter__(self) -> None:
        self.__enter__()


class AsyncioLimit:
    """A time limit for what the current task does in a `with` block."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._expired = False
        self._cancelling = 0
        self._task: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        import asyncio

        self._task = task = asyncio.current_task()
        if task is None:
            raise RuntimeError(
                "attempt_timeout cancels the task an attempt runs in, and there is none here; "
                "start one with asyncio.create_task()"
            )
        self._cancelling = _cancelling(task)
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._expire)

    def _expire(self) -> None:
        self._expired = True
        if self._task is not None:
            self._task.cancel()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        import asyncio

        task, self._task = self._task, None
        if self._timer is not None:
            self._timer.cancel()
        if not self._expired or task is None:
            return
        # Somebody else's cancellation came as well when more are left than there were: it passes.
        others = _uncancel(task) > self._cancelling
        if not others and isinstance(exc_value, asyncio.CancelledError):
            raise _too_long(self._seconds) from exc_value


class TrioLimit:
    """A time limit for what the current trio task does in a `with` block."""

    def __init__(self, seconds: float) -> None:
        import trio

        self._seconds = seconds
        self._scope = trio.move_on_after(seconds)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # May raise itself: what is left of a group of exceptions without the cancellation.
        swallowed = self._scope.__exit__(exc_type, exc_value, traceback)
        if swallowed and self._scope.cancelled_caught:
            raise _too_long(self._seconds) from exc_value


async def in_a_task(call: Awaitable[Any], seconds: float) -> Any:
    """Await `call` for so many asyncio seconds, in a task of its own that never outlives this.

    For interpreters where a task cannot count cancellations: it is the caller's task that others
    cancel, and the attempt's that runs out of time.
    """
    import asyncio

    task = asyncio.ensure_future(call)
    limit: float | None = seconds
    too_long = cancelled = False
    try:
        while not task.done():
            try:
                await asyncio.wait({task}, timeout=limit)
            except asyncio.CancelledError:
                if task.done():  # too late to tell it
                    if not task.cancelled():
                        task.exception()  # seen, though nobody will hear of it
                    raise
                cancelled = True
                task.cancel()
            else:
                if not task.done():
                    too_long = True
                    task.cancel()
            # From now on it is the attempt's own affair how soon it ends, as for any cancellation.
            limit = None
    finally:
        if not task.done():  # closed from outside
            task.cancel()
    if too_long and not cancelled and task.cancelled():
        raise _too_long(seconds)
    return task.result()


def _limit(library: str, seconds: float) -> Limit:
    return TrioLimit(seconds) if library == "trio" else AsyncioLimit(seconds)


def _running() -> str:
    """The async library that is running: "asyncio" or "trio"."""
    if "trio" in sys.modules:
        import sniffio  # comes with trio

        try:
            library: str = sniffio.current_async_library()
        except sniffio.AsyncLibraryNotFoundError:
            library = ""
        if library in ("asyncio", "trio"):
            return library
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and asyncio._get_running_loop() is not None:
        return "asyncio"
    raise RuntimeError(
        "attempt_timeout needs a running event loop of asyncio or trio, and found none; run the "
        "coroutine with asyncio.run() or trio.run(), or leave attempt_timeout out"
    )


def _too_long(seconds: float) -> TimeoutError:
    return TimeoutError(f"the attempt took longer than attempt_timeout={seconds:g} seconds")


def _cancelling(task: Any) -> int:
    count: int = task.cancelling()
    return count


def _uncancel(task: Any) -> int:
    count: int = task.uncancel()
    return count
