"""Exceptions that carry the exception that caused them, with its traceback as text."""

from __future__ import annotations

import sys

from .tbutils import TracebackInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ExceptionCauseMixin"]


class ExceptionCauseMixin(Exception):
    """For exceptions that wrap another one, the first argument: `WorkError(cause, "text")`.

    Put it first among the bases. `cause` is the exception, `root_cause` the first of the chain, and
    `full_trace` the call points from the start of the program to where it was raised. Without an
    exception as first argument it is an ordinary exception.
    """

    cause: BaseException | None = None
    root_cause: BaseException | None = None
    full_trace: Any = ()

    def __new__(cls, *args: Any, **kw: Any) -> Any:
        made = super().__new__(cls, *args, **kw)
        cause = args[0] if args else None
        if not isinstance(cause, Exception):
            return made
        made.cause = cause
        made.root_cause = getattr(cause, "root_cause", None) or cause
        inner = getattr(cause, "full_trace", None)
        if inner:
            made.full_trace = inner
            return made
        traceback = cause.__traceback__
        if traceback is not None:
            # From the start to the frame that handles the cause, whose line is in the traceback.
            stack = TracebackInfo.from_frame(sys._getframe(1)).frames
            depth = 0
            frame = traceback.tb_frame.f_back
            while frame is not None:
                depth, frame = depth + 1, frame.f_back
            made.full_trace = stack[:depth] + TracebackInfo.from_traceback(traceback).frames
        return made

    def get_str(self) -> str:
        """The whole traceback, this exception, and in parentheses its root cause."""
        head = "Traceback (most recent call last):\n" if self.full_trace else ""
        return head + self._get_trace_str() + self._get_exc_str()

    def _get_message(self) -> str:
        """The arguments after the cause."""
        args = self.args if self.cause is None else self.args[1:]
        return str(args[0]) if len(args) == 1 else str(args) if args else ""

    def _get_trace_str(self) -> str:
        return "".join([point.tb_frame_str() for point in self.full_trace])

    def _get_exc_str(self, incl_name: bool = True) -> str:
        parts = [self._get_message()]
        if self.root_cause is not None:
            cause = f"{type(self.root_cause).__name__}: {self.root_cause}"
            parts.append(f"(caused by {cause})" if parts[0] else f"caused by {cause}")
        name = f"{type(self).__name__}: " if incl_name else ""
        return name + " ".join(part for part in parts if part)

    def __str__(self) -> str:
        if self.cause is None:
            return super().__str__()
        message = self._get_message()
        start = f"{message} --- " if message else ""
        trace = self._get_trace_str()
        return f"{start}Wrapped traceback (most recent call last):\n{trace}{self._get_exc_str()}"
