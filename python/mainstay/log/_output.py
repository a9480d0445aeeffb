"""Loggers that write lines to a file, one at a time per file.

All loggers of a file share one lock, from a table that does not keep files alive. A line is flushed
as soon as it is written. May be shared by threads. Only loggers of the process's own stdout and
stderr can be pickled and deep-copied.
"""

from __future__ import annotations

import copy
import sys
import threading
import weakref
from pickle import PicklingError
from sys import stderr, stdout

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


class _Logger:
    """Pickling and copying of a logger with the attributes `_file` and `_lock`."""

    __slots__ = ()

    _file: Any

    def _streams(self) -> tuple[Any, Any]:
        """What counts as stdout and as stderr."""
        return stdout, stderr

    def _open(self, file: Any) -> None:
        raise NotImplementedError

    def _state(self) -> str:
        names = dict(zip(map(id, self._streams()), ("stdout", "stderr"), strict=True))
        name = names.get(id(self._file))
        if name is None:
            raise PicklingError(
                f"Only {type(self).__name__}s to sys.stdout and sys.stderr can be pickled."
            )
        return name

    def __getstate__(self) -> Any:
        return self._state()

    def __setstate__(self, state: Any) -> None:
        self._open(self._streams()[0 if state == "stdout" else 1])

    def __deepcopy__(self, memodict: dict[int, Any]) -> Self:
        if not any(self._file is stream for stream in self._streams_to_copy()):
            raise copy.error(
                f"Only {type(self).__name__}s to sys.stdout and sys.stderr can be deepcopied."
            )
        return self._again()

    def _streams_to_copy(self) -> tuple[Any, Any]:
        return sys.stdout, sys.stderr

    def _again(self) -> Self:
        return type(self)(self._file)  # type: ignore[call-arg]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}(file={self._file!r})>"


class PrintLogger(_Logger):
    """Prints each message, to `sys.stdout` unless another file is given.

    Without a file it prints to what `sys.stdout` is when it prints.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._open(file or stdout)

    def _open(self, file: TextIO) -> None:
        self._file = file
        self._lock = _get_lock_for_file(file)

    def _streams_to_copy(self) -> tuple[Any, Any]:
        return stdout, stderr

    def msg(self, message: str) -> None:
        """Prints the message."""
        file = self._file if self._file is not stdout else None
        with self._lock:
            print(message, file=file, flush=True)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class PrintLoggerFactory:
    """Makes PrintLoggers of one file; what it is called with is not looked at."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file

    def __call__(self, *args: Any) -> PrintLogger:
        return PrintLogger(self._file)


class WriteLogger(_Logger):
    """Writes each message and a line end, to `sys.stdout` unless another file is given.

    Faster than PrintLogger; it keeps the file that it was made with.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._open(file or sys.stdout)

    def _open(self, file: TextIO) -> None:
        self._file = file
        self._write = file.write
        self._flush = file.flush
        self._lock = _get_lock_for_file(file)

    def msg(self, message: str) -> None:
        """Writes the message and flushes."""
        with self._lock:
            self._write(message + "\n")
            self._flush()

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


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

    __slots__ = ("_file", "_flush", "_lock", "_write", "name")

    def __init__(self, file: BinaryIO | None = None, *, name: str | None = None) -> None:
        self.name = name
        self._open(file or sys.stdout.buffer)

    def _open(self, file: BinaryIO) -> None:
        self._file = file
        self._write = file.write
        self._flush = file.flush
        self._lock = _get_lock_for_file(file)

    def _streams(self) -> tuple[Any, Any]:
        return sys.stdout.buffer, sys.stderr.buffer

    _streams_to_copy = _streams

    def _again(self) -> Self:
        return type(self)(self._file, name=self.name)

    def __getstate__(self) -> tuple[str, str | None]:
        return self._state(), self.name

    def __setstate__(self, state: Any) -> None:
        # Older releases of the peer pickled the stream alone.
        stream, self.name = (state, None) if isinstance(state, str) else state
        super().__setstate__(stream)

    def __repr__(self) -> str:
        name = "" if self.name is None else f"name={self.name!r}, "
        return f"<BytesLogger({name}file={self._file!r})>"

    def msg(self, message: bytes) -> None:
        """Writes the message and flushes."""
        with self._lock:
            self._write(message + b"\n")
            self._flush()

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class BytesLoggerFactory:
    """Makes BytesLoggers of one file; the first argument of a call is the logger's name."""

    __slots__ = ("_file",)

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file

    def __call__(self, *args: Any) -> BytesLogger:
        return BytesLogger(self._file, name=args[0] if args else None)
