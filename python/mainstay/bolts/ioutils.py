"""File-like objects: memory that moves to a temporary file when it grows, and files end to end.

A `SpooledStringIO` counts characters: `seek`, `tell` and `truncate` are exact for any text. One
thread at a time uses an object; closing it frees the memory or the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from errno import EINVAL
from io import BufferedIOBase, BytesIO, IOBase, RawIOBase, StringIO, TextIOBase
from tempfile import TemporaryFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = [
    "READ_CHUNK_SIZE",
    "MultiFileReader",
    "SpooledBytesIO",
    "SpooledIOBase",
    "SpooledStringIO",
    "is_text_fileobj",
]

READ_CHUNK_SIZE = 21333  # characters or bytes


class SpooledIOBase(IOBase):
    """What both spooled files have in common: all that works on positions in `buffer`.

    `max_size` is from which size on the content is in a file, and `dir` where that file is.
    """

    softspace = 0
    _buffer: Any

    def __init__(self, max_size: int = 5000000, dir: str | None = None) -> None:
        self._max_size = max_size
        self._dir = dir
        self._rolled = False

    def _checkClosed(self, msg: str | None = None) -> None:  # noqa: N802  # as in io
        if self.closed:
            raise ValueError(msg or "I/O operation on closed file.")

    @property
    def buffer(self) -> Any:
        """The object that has the content."""
        return self._buffer

    _file = buffer

    def read(self, n: int | None = -1) -> Any:
        """Read up to `n` characters or bytes, or all that follows."""
        raise NotImplementedError

    def write(self, s: Any) -> int:
        """Write, and return how many characters or bytes that were."""
        raise NotImplementedError

    def seek(self, pos: int, mode: int = 0) -> int:
        """Go to a position from the start, the current one or the end, and return it."""
        raise NotImplementedError

    def tell(self) -> int:
        """The current position."""
        raise NotImplementedError

    def readline(self, length: int | None = None) -> Any:
        """Read to the end of the line, at most `length` characters or bytes."""
        raise NotImplementedError

    def rollover(self) -> None:
        """Move the content to a temporary file now."""
        raise NotImplementedError

    @property
    def len(self) -> int:
        """The size of the content."""
        raise NotImplementedError

    def _cut(self, size: int) -> None:
        self._buffer.truncate(size)

    def readlines(self, sizehint: int = 0) -> list[Any]:
        """The lines from here on; stops after about `sizehint` if that is given."""
        lines = []
        total = 0
        for line in iter(self.readline, self.read(0)):
            lines.append(line)
            total += len(line)
            if 0 < sizehint <= total:
                break
        return lines

    def writelines(self, lines: Iterable[Any]) -> None:
        """Write each of `lines`; no line ends are added."""
        self._checkClosed()
        for line in lines:
            self.write(line)

    def close(self) -> None:
        self._buffer.close()

    @property
    def closed(self) -> bool:
        return bool(self._buffer.closed)

    def flush(self) -> None:
        self._checkClosed()
        self._buffer.flush()

    def isatty(self) -> bool:
        self._checkClosed()
        return False

    def fileno(self) -> int:
        """The descriptor of the temporary file, to which the content moves."""
        self._checkClosed()
        self.rollover()
        descriptor: int = self._buffer.fileno()
        return descriptor

    @property
    def pos(self) -> int:
        return self.tell()

    @property
    def buf(self) -> Any:
        return self.getvalue()

    def truncate(self, size: int | None = None) -> int:
        """Cut the content at `size` or at the current position, which is then not behind it.

        Returns the size.
        """
        self._checkClosed()
        if size is not None and size < 0:
            raise OSError(EINVAL, "Negative size not allowed")
        position = self.tell()
        if size is None:
            size = position
        self._cut(size)
        if size < position:
            self.seek(size)
        return size

    def getvalue(self) -> Any:
        """The whole content; the position stays."""
        self._checkClosed()
        position = self.tell()
        self.seek(0)
        try:
            return self.read()
        finally:
            self.seek(position)

    def seekable(self) -> bool:
        return True

    readable = writable = __bool__ = seekable  # whatever the content, until it is closed

    def __next__(self) -> Any:
        self._checkClosed()
        if line := self.readline():
            return line
        raise StopIteration

    def next(self) -> Any:
        return self.__next__()

    def __len__(self) -> int:
        return self.len

    def __enter__(self) -> Any:
        self._checkClosed()
        return self

    __iter__ = __enter__

    def __exit__(self, *args: object) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return False
        positions = self.tell(), other.tell()
        try:
            self.seek(0)
            other.seek(0)
            while True:
                mine, theirs = self.read(READ_CHUNK_SIZE), other.read(READ_CHUNK_SIZE)
                if mine != theirs:
                    return False
                if not mine:
                    return True
        finally:
            self.seek(positions[0])
            other.seek(positions[1])

    __hash__ = None  # type: ignore[assignment]  # the content can change

    # Kept by the class, as at exit the names of the module may be gone before it.
    _quietly: ClassVar[suppress] = suppress(Exception)

    def __del__(self) -> None:
        with self._quietly:
            self.close()


class SpooledBytesIO(SpooledIOBase):
    """A binary file in memory that moves to a temporary file at `max_size` bytes."""

    def __init__(self, max_size: int = 5000000, dir: str | None = None) -> None:
        super().__init__(max_size, dir)
        self._buffer = BytesIO()

    def read(self, n: int | None = -1) -> bytes:
        self._checkClosed()
        found: bytes = self._buffer.read(n)
        return found

    def write(self, s: Any) -> int:
        self._checkClosed()
        if not isinstance(s, (bytes, bytearray, memoryview)):
            raise TypeError(f"bytes expected, got {type(s).__name__}")
        size = s.nbytes if isinstance(s, memoryview) else len(s)
        if not self._rolled and self._buffer.tell() + size >= self._max_size:
            self.rollover()
        self._buffer.write(s)
        return size

    def seek(self, pos: int, mode: int = 0) -> int:
        self._checkClosed()
        position: int = self._buffer.seek(pos, mode)
        return position

    def tell(self) -> int:
        self._checkClosed()
        position: int = self._buffer.tell()
        return position

    def readline(self, length: int | None = None) -> bytes:
        self._checkClosed()
        line: bytes = self._buffer.readline(-1 if length is None else length)
        return line

    def rollover(self) -> None:
        if self._rolled:
            return
        moved = TemporaryFile(dir=self._dir)  # noqa: SIM115
        moved.write(self._buffer.getbuffer())
        moved.seek(self._buffer.tell())
        self._buffer, self._rolled = moved, True

    @property
    def len(self) -> int:
        position = self.tell()
        size = self.seek(0, os.SEEK_END)
        self.seek(position)
        return size


class SpooledStringIO(SpooledIOBase):
    """A text file in memory that moves to a temporary file at `max_size` characters."""

    # On disk a character is four bytes, so that a position is one multiplication and text can be
    # overwritten in the middle.
    _WIDTH = 4
    _ENCODING = "utf-32-le"

    def __init__(self, max_size: int = 5000000, dir: str | None = None) -> None:
        super().__init__(max_size, dir)
        self._buffer = StringIO()

    def read(self, n: int | None = -1) -> str:
        self._checkClosed()
        if not self._rolled:
            text: str = self._buffer.read(n)
            return text
        size = -1 if n is None or n < 0 else n * self._WIDTH
        return self._decoded(self._buffer.read(size))

    def _decoded(self, data: bytes) -> str:
        return data.decode(self._ENCODING, "surrogatepass")

    def write(self, s: str) -> int:
        self._checkClosed()
        if not isinstance(s, str):
            raise TypeError(f"str expected, got {type(s).__name__}")
        if not self._rolled and self._buffer.tell() + len(s) >= self._max_size:
            self.rollover()
        self._buffer.write(s.encode(self._ENCODING, "surrogatepass") if self._rolled else s)
        return len(s)

    def seek(self, pos: int, mode: int = 0) -> int:
        self._checkClosed()
        if mode not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise ValueError(f"Invalid whence ({mode}, should be 0, 1, or 2)")
        if mode != os.SEEK_SET:
            pos += self.tell() if mode == os.SEEK_CUR else self.len
        if pos < 0:
            raise ValueError(f"negative seek value {pos}")
        self._buffer.seek(pos * self._WIDTH if self._rolled else pos)
        return pos

    def tell(self) -> int:
        self._checkClosed()
        position: int = self._buffer.tell()
        return position // self._WIDTH if self._rolled else position

    def readline(self, length: int | None = None) -> str:  # type: ignore[override]
        self._checkClosed()
        limit = -1 if length is None else length
        if not self._rolled:
            line: str = self._buffer.readline(limit)
            return line
        start = self.tell()
        parts: list[str] = []
        while limit < 0 or len(parts) * 1024 < limit:
            part = self.read(1024)
            if not part:
                break
            parts.append(part)
            if "\n" in part:
                break
        text = "".join(parts)
        end = text.find("\n") + 1 or len(text)
        text = text[: end if limit < 0 else min(end, limit)]
        self.seek(start + len(text))
        return text

    def rollover(self) -> None:
        if self._rolled:
            return
        position = self._buffer.tell()
        moved = TemporaryFile(dir=self._dir)  # noqa: SIM115
        moved.write(self._buffer.getvalue().encode(self._ENCODING, "surrogatepass"))
        self._buffer, self._rolled = moved, True
        self.seek(position)

    def _cut(self, size: int) -> None:
        # A file would grow up to the size, a text in memory does not.
        self._buffer.truncate(min(size, self.len) * self._WIDTH if self._rolled else size)

    @property
    def len(self) -> int:
        self._checkClosed()
        position = self._buffer.tell()
        size: int = self._buffer.seek(0, os.SEEK_END)
        self._buffer.seek(position)
        return size // self._WIDTH if self._rolled else size


def is_text_fileobj(fileobj: Any) -> bool:
    """Whether the file or file-like object gives text when it is read."""
    if isinstance(fileobj, (TextIOBase, SpooledStringIO)):
        return True
    if isinstance(fileobj, (BufferedIOBase, RawIOBase, SpooledBytesIO)):
        return False
    if getattr(fileobj, "encoding", None):
        return True
    getvalue = getattr(fileobj, "getvalue", None)
    return callable(getvalue) and isinstance(getvalue(), str)


class MultiFileReader:
    """Reads several files, all text or all binary, as if they were one.

    Raises `TypeError` for objects that cannot `read` and `seek`, `ValueError` for a mix.
    """

    def __init__(self, *fileobjs: Any) -> None:
        if not all(callable(getattr(f, "read", None)) for f in fileobjs) or not all(
            callable(getattr(f, "seek", None)) for f in fileobjs
        ):
            raise TypeError("MultiFileReader expected file-like objects with .read() and .seek()")
        kinds = {is_text_fileobj(fileobj) for fileobj in fileobjs}
        if len(kinds) > 1:
            raise ValueError(
                "All arguments to MultiFileReader must handle bytes OR text, not a mix"
            )
        self._fileobjs = fileobjs
        self._joiner: Any = b"" if kinds == {False} else ""
        self._index = 0

    def read(self, amt: int | None = None) -> Any:
        """Read up to `amt` characters or bytes, or all that is left; empty at the end."""
        wanted = -1 if amt is None or amt < 0 else amt
        parts = []
        while wanted and self._index < len(self._fileobjs):
            part = self._fileobjs[self._index].read(wanted)
            if part:
                parts.append(part)
                wanted -= len(part) if wanted > 0 else 0
            if not part or wanted < 0:
                self._index += 1
        return self._joiner.join(parts)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        """Go back to the start; other positions are not supported."""
        if whence != os.SEEK_SET:
            raise NotImplementedError("MultiFileReader.seek() only supports os.SEEK_SET")
        if offset != 0:
            raise NotImplementedError("MultiFileReader only supports seeking to start at this time")
        self._index = 0
        for fileobj in self._fileobjs:
            fileobj.seek(0)
