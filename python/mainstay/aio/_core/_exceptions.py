"""Exceptions of `mainstay.aio`, and a walk over the errors inside an exception group."""

from __future__ import annotations

import sys
from textwrap import dedent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

if sys.version_info >= (3, 11):
    from builtins import BaseExceptionGroup as BaseExceptionGroup
    from builtins import ExceptionGroup as ExceptionGroup
else:
    import exceptiongroup  # type: ignore[import-not-found] # pyright: ignore[reportMissingImports]

    BaseExceptionGroup = exceptiongroup.BaseExceptionGroup
    ExceptionGroup = exceptiongroup.ExceptionGroup


class BrokenResourceError(Exception):
    """The resource cannot be used any more, for an external reason such as a lost connection."""


class BrokenWorkerProcess(Exception):
    """A worker process ended or answered wrongly."""


class BrokenWorkerInterpreter(Exception):
    """A subinterpreter raised an exception; `excinfo` is the interpreter's description of it."""

    def __init__(self, excinfo: Any) -> None:
        text = excinfo.formatted
        if not text:
            parts = (excinfo.type.__name__ if excinfo.type else "", excinfo.msg)
            text = ": ".join(part for part in parts if part)
        super().__init__(text)
        self.excinfo = excinfo

    def __str__(self) -> str:
        text = super().__str__()
        display = getattr(self.excinfo, "errdisplay", None)
        if display is None:
            return text
        return f"{text}\n\nUncaught in the interpreter:\n\n{dedent(display)}".strip()


class BusyResourceError(Exception):
    """Two tasks use the same end of a resource at once."""

    def __init__(self, action: str) -> None:
        super().__init__(f"Another task is already {action} this resource")


class ClosedResourceError(Exception):
    """The resource was closed on this side."""


class ConnectionFailed(OSError):
    """A connection could not be made."""


class DelimiterNotFound(Exception):
    """`receive_until` read `max_bytes` without the delimiter among them."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The delimiter was not found among the first {max_bytes} bytes")


class EndOfStream(Exception):
    """The stream was closed by the other side."""


class IncompleteRead(Exception):
    """The stream ended before `receive_exactly` or `receive_until` had what it was asked for."""

    def __init__(self) -> None:
        super().__init__("The stream was closed before the read operation could be completed")


class TypedAttributeLookupError(LookupError):
    """`extra` was asked for an attribute that the object has not, and had no default."""


class WouldBlock(Exception):
    """A call whose name ends in `_nowait` would have to wait."""


class NoEventLoopError(RuntimeError):
    """A function needs an event loop that runs in this thread, or a token of one."""


class RunFinishedError(RuntimeError):
    """The event loop that a thread wants to call has ended."""

    def __init__(self) -> None:
        super().__init__("The event loop associated with the given token has already finished")


class TaskFailed(Exception):
    """The task of a handle ended with an exception, which is the cause of this one."""


class TaskCancelled(TaskFailed):
    """The task of a handle was cancelled."""


class TaskNotFinished(Exception):
    """The task of a handle has no result yet."""


class FutureFailed(Exception):
    """A future holds an exception, which is the cause of this one."""


class FutureCancelled(FutureFailed):
    """A future was cancelled."""


class FutureNotFinished(Exception):
    """A future has no result yet."""


class FutureAlreadyFinished(Exception):
    """A future has its result already and takes no second one."""


def iterate_exceptions(exception: BaseException) -> Iterator[BaseException]:
    """The single errors inside `exception`, which may be a group of groups."""
    if isinstance(exception, BaseExceptionGroup):
        group: Any = exception
        for inner in group.exceptions:
            yield from iterate_exceptions(inner)
    else:
        yield exception
