"""Loggers that write lines to a file, one at a time per file.

All loggers of a file share one lock, from a table that does not keep files alive. A line is flushed
as soon as it is written. May be shared by threads. Only loggers of the process's own stdout and
stderr can be pickled and deep-copied.
"""

from __future__ import annotations

import copy
import copyreg
import os
import sys
import threading
import weakref
from pickle import PicklingError
from sys import stderr, stdout

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, BinaryIO, TextIO

    from typing_extensions import Self

WRITE_LOCKS: weakref.WeakKeyDictionary[IO[Any], threading.Lock] = weakref.WeakKeyDictionary()


def _get_lock_for_file(file: IO[Any]) -> threading.Lock:
    lock = WRITE_LOCKS.get(file)
    if lock is None:
        # Two threads may come here at once: both must get the same lock.
        lock = WRITE_LOCKS.setdefault(file, threading.Lock())
    return lock


def _renew_locks() -> None:
    """In a forked child: a lock that another thread of the parent's held would be held for ever."""
    for lock in WRITE_LOCKS.values():
        lock._at_fork_reinit()  # type: ignore[attr-defined]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


class _Logger(_native.Writer):
    """Pickling and copying of the loggers, which `_native.Writer` does the writing for."""

    _prints = False

    def __init__(self, file: Any) -> None:
        self._open(file, _get_lock_for_file(file), self._prints)

    def _streams(self) -> tuple[Any, Any]:
        """What counts as stdout and as stderr."""
        return stdout, stderr

    def _streams_to_copy(self) -> tuple[Any, Any]:
        return sys.stdout, sys.stderr

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self),), self.__getstate__()  # type: ignore[attr-defined]

    def __getstate__(self) -> Any:
        for stream, name in zip(self._streams(), ("stdout", "stderr"), strict=True):
            if self._file is stream:
                return name
        raise PicklingError(
            f"Only {type(self).__name__}s to sys.stdout and sys.stderr can be pickled."
        )

    def __setstate__(self, state: Any) -> None:
        _Logger.__init__(self, self._streams()[0 if state == "stdout" else 1])

    def __deepcopy__(self, memodict: dict[int, Any]) -> Self:
        if not any(self._file is stream for stream in self._streams_to_copy()):
            raise copy.error(
                f"Only {type(self).__name__}s to sys.stdout and sys.stderr can be deepcopied."
            )
        return self._again()

    def _again(self) -> Self:
        return type(self)(self._file)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}(file={self._file!r})>"

    msg = _native.Writer.msg
    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class PrintLogger(_Logger):
    """Prints each message, to `sys.stdout` unless another file is given.

    Without a file it prints to what `sys.stdout` is when it prints.
    """

    _prints = True

    def __init__(self, file: TextIO | None = None) -> None:
        super().__init__(file or stdout)

    def _streams_to_copy(self) -> tuple[Any, Any]:
        return stdout, stderr


class PrintLoggerFactory:
    """Makes PrintLoggers of one file; what it is called with is not looked at."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file

    def __call__(self, *args: Any) -> PrintLogger:
        return PrintLogger(self._file)


class WriteLogger(_Logger):
    """Writes each message and a line end, to `sys.stdout` unless another file is given.

    It keeps the file that it was made with.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        super().__init__(file or sys.stdout)


class WriteLoggerFactory:
    """Makes WriteLoggers of one file; what it is called with is not looked at."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file

    def __call__(self, *args: Any) -> WriteLogger:
        return WriteLogger(self._file)


class BytesLogger(_Logger):
    """Writes bytes and a line end, to `sys.stdout.buffer` unless another file is given.

    `name` is what `mainstay.log.stdlib.add_logger_name` adds.
    """

    def __init__(self, file: BinaryIO | None = None, *, name: str | None = None) -> None:
        self.name = name
        super().__init__(file or sys.stdout.buffer)

    def _streams(self) -> tuple[Any, Any]:
        return sys.stdout.buffer, sys.stderr.buffer

    _streams_to_copy = _streams

    def _again(self) -> Self:
        return type(self)(self._file, name=self.name)

    def __getstate__(self) -> tuple[str, str | None]:
        return super().__getstate__(), self.name

    def __setstate__(self, state: Any) -> None:
        # Older releases of the peer pickled the stream alone.
        stream, self.name = (state, None) if isinstance(state, str) else state
        super().__setstate__(stream)

    def __repr__(self) -> str:
        name = "" if self.name is None else f"name={self.name!r}, "
        return f"<BytesLogger({name}file={self._file!r})>"


class BytesLoggerFactory:
    """Makes BytesLoggers of one file; the first argument of a call is the logger's name."""

    __slots__ = ("_file",)

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file

    def __call__(self, *args: Any) -> BytesLogger:
        return BytesLogger(self._file, name=args[0] if args else None)
