"""JSON Lines: reading objects line by line, from the start, the end or between.

The iterators move the file they read; a file belongs to one of them at a time.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["JSONLIterator", "reverse_iter_lines"]

DEFAULT_BLOCKSIZE = 4096


def reverse_iter_lines(
    file_obj: Any,
    blocksize: int = DEFAULT_BLOCKSIZE,
    preseek: bool = True,
    encoding: str | None = None,
) -> Iterator[Any]:
    """The lines of a file that can seek, the last one first, without their ends.

    A file that ends with a line end yields an empty line first. Lines of a text file are text, and
    those of a binary file are bytes, or text if there is an `encoding`. `preseek=False` begins at
    the current position instead of the end. Seek a text file before you read it again.
    """
    position = None if preseek else file_obj.tell()
    binary = getattr(file_obj, "buffer", file_obj)
    if position is None:
        binary.seek(0, os.SEEK_END)
    else:
        binary.seek(position)
    if binary is file_obj and isinstance(file_obj.read(0), str):
        return _reversed_text(file_obj)
    if binary is not file_obj and encoding is None:
        encoding = getattr(file_obj, "encoding", None)
    lines = _reversed_lines(binary, blocksize)
    return lines if encoding is None else (line.decode(encoding) for line in lines)


def _reversed_text(stream: Any) -> Iterator[str]:
    """For text without bytes behind it, such as StringIO: it is in memory anyway."""
    end = stream.tell()
    stream.seek(0)
    text = stream.read(end)
    return iter(re.split("\r\n|\r|\n", text)[::-1] if text else [])


def _reversed_lines(stream: Any, blocksize: int) -> Iterator[bytes]:
    position = stream.tell()
    if not position:
        return
    parts: list[bytes] = []  # of the line whose start is not read yet, last part first
    ends_with_lf = False  # the line end before that line is an LF, perhaps of CRLF
    while position:
        size = min(blocksize, position)
        position -= size
        stream.seek(position)
        block = stream.read(size)
        if ends_with_lf and not parts and block.endswith(b"\r"):
            block = block[:-1]
        ends_with_lf = False
        if b"\n" not in block and b"\r" not in block:
            if block:
                parts.append(block)
            continue
        lines = (block + b"".join(reversed(parts)) + b".").splitlines()
        lines[-1] = lines[-1][:-1]  # the full stop kept an empty last line
        yield from lines[:0:-1]
        parts = [lines[0]] if lines[0] else []
        ends_with_lf = block[:1] == b"\n"
    yield b"".join(reversed(parts))


class JSONLIterator:
    """Iterates over the objects of a JSON Lines file; empty lines are skipped.

    `ignore_errors` skips lines that are no JSON. `reverse` goes from the end to the start.
    `rel_seek` is where to begin, as a share of the file: 0.0 is the start, 1.0 or -0.0 the end,
    -0.1 a tenth before it; iteration begins at the next whole line.
    """

    def __init__(
        self,
        file_obj: Any,
        ignore_errors: bool = False,
        reverse: bool = False,
        rel_seek: float | None = None,
    ) -> None:
        if rel_seek is None:
            share = 1.0 if reverse else None
        elif not -1.0 < rel_seek <= 1.0:
            raise ValueError(f"'rel_seek' expected a float between -1.0 and 1.0, not {rel_seek!r}")
        else:
            share = rel_seek if rel_seek >= 0 else 1.0 + rel_seek
        self.ignore_errors = ignore_errors
        self._file_obj = file_obj
        self._reverse = reverse
        self._rel_seek = share
        if share is not None:
            self._init_rel_seek(share)
        self._line_iter: Iterator[Any] = (
            reverse_iter_lines(file_obj, preseek=False) if reverse else iter(file_obj)
        )

    @property
    def cur_byte_pos(self) -> int:
        """Where the file is being read."""
        position: int = self._file_obj.tell()
        return position

    def _init_rel_seek(self, share: float) -> None:
        """Put the file at a whole line behind that share of it."""
        stream = getattr(self._file_obj, "buffer", self._file_obj)
        stream.seek(0, os.SEEK_END)
        size = stream.tell()
        target = int(size * share)
        stream.seek(target)
        if 0 < target < size:
            stream.readline()
        if stream is not self._file_obj:
            self._file_obj.seek(stream.tell())

    def __iter__(self) -> JSONLIterator:
        return self

    def __next__(self) -> Any:
        for line in self._line_iter:
            stripped = line.strip()
            if not stripped:
                continue
            try:
                return json.loads(stripped)
            except ValueError:
                if not self.ignore_errors:
                    raise
        raise StopIteration

    next = __next__
