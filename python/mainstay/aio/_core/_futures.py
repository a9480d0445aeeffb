"""A value that one task sets and others wait for."""

from __future__ import annotations

from enum import Enum, auto
from typing import Generic, TypeVar

from ._exceptions import (
    FutureAlreadyFinished,
    FutureCancelled,
    FutureFailed,
    FutureNotFinished,
)
from ._synchronization import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

T = TypeVar("T")


class Future(Generic[T]):
    """A result that is still to come: set `return_value` or `exception` once, await it anywhere.

    Belongs to the thread of its event loop; may be made before a loop runs.
    """

    class Status(Enum):
        """`PENDING`, then one of `FINISHED`, `CANCELLED` and `FAILED`."""

        PENDING = auto()
        FINISHED = auto()
        CANCELLED = auto()
        FAILED = auto()

    __slots__ = "_end", "_error", "_name", "_result", "_status"

    _result: T

    def __init__(self, *, name: str | None = None) -> None:
        self._name = name
        self._status = Future.Status.PENDING
        self._error: BaseException | None = None
        self._end = Event()

    def _finish(self, status: Future.Status) -> None:
        self._status = status
        self._end.set()

    def _refuse_unless_pending(self) -> None:
        if self._status is Future.Status.CANCELLED:
            raise FutureCancelled("future was cancelled")
        if self._status is Future.Status.FINISHED:
            raise FutureAlreadyFinished("future has already finished")
        if self._status is Future.Status.FAILED:
            raise FutureAlreadyFinished("future already failed")

    def _refuse_unless_ended(self) -> None:
        if self._status is Future.Status.PENDING:
            raise FutureNotFinished("the future has not finished yet")
        if self._status is Future.Status.CANCELLED:
            raise FutureCancelled("the future was cancelled")

    @property
    def status(self) -> Future.Status:
        """Whether the future is pending, or how it ended."""
        return self._status

    def cancel(self) -> None:
        """End a pending future without a result; nothing for one that has ended."""
        if self._status is Future.Status.PENDING:
            self._finish(Future.Status.CANCELLED)

    @property
    def return_value(self) -> T:
        """The result; FutureNotFinished, FutureCancelled, FutureFailed. May be set once."""
        self._refuse_unless_ended()
        if self._error is not None:
            raise FutureFailed("the future raised an exception") from self._error
        return self._result

    @return_value.setter
    def return_value(self, value: T) -> None:
        self._refuse_unless_pending()
        self._result = value
        self._finish(Future.Status.FINISHED)

    @property
    def exception(self) -> BaseException | None:
        """The error, None with a result; FutureNotFinished, FutureCancelled. May be set once."""
        self._refuse_unless_ended()
        return self._error

    @exception.setter
    def exception(self, exception: BaseException) -> None:
        self._refuse_unless_pending()
        self._error = exception
        self._finish(Future.Status.FAILED)

    async def wait(self) -> None:
        """Wait until the future has ended, in whichever way."""
        await self._end.wait()

    def __await__(self) -> Generator[Any, Any, T]:
        yield from self._end.wait().__await__()
        return self.return_value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._status.name.lower()} name={self._name!r}>"
