"""Byte streams with a buffer: read exactly so many bytes, or up to a delimiter."""

from __future__ import annotations

__all__ = ("BufferedByteReceiveStream", "BufferedByteStream", "BufferedConnectable")

from dataclasses import dataclass, field

from .._core._exceptions import (
    ClosedResourceError,
    DelimiterNotFound,
    EndOfStream,
    IncompleteRead,
)
from ..abc import ByteReceiveStream, ByteStream, ByteStreamConnectable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, SupportsIndex

    from ..abc import AnyByteReceiveStream, AnyByteStream, AnyByteStreamConnectable


@dataclass(eq=False)
class BufferedByteReceiveStream(ByteReceiveStream):
    """Reads from `receive_stream`, and keeps what came in and was not asked for."""

    receive_stream: AnyByteReceiveStream
    _buffer: bytearray = field(init=False, default_factory=bytearray)
    _closed: bool = field(init=False, default=False)

    async def aclose(self) -> None:
        await self.receive_stream.aclose()
        self._closed = True

    @property
    def buffer(self) -> bytes:
        """What is in the buffer now."""
        return bytes(self._buffer)

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.receive_stream.extra_attributes

    def feed_data(self, data: Iterable[SupportsIndex], /) -> None:
        """Put bytes at the end of the buffer, before what the wrapped stream will give."""
        self._buffer.extend(data)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        self._check_open()
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        while not self._buffer:
            if isinstance(self.receive_stream, ByteReceiveStream):
                return await self.receive_stream.receive(max_bytes)
            self._buffer += await self.receive_stream.receive()
        return self._take(max_bytes)

    async def receive_exactly(self, nbytes: int) -> bytes:
        """Read `nbytes` bytes; IncompleteRead when the stream ends before that."""
        self._check_open()
        while (missing := nbytes - len(self._buffer)) > 0:
            await self._fill(missing)
        return self._take(nbytes)

    async def receive_until(self, delimiter: bytes, max_bytes: int) -> bytes:
        """Read up to `delimiter`, which is taken from the stream and not returned.

        DelimiterNotFound when `max_bytes` bytes do not hold it, IncompleteRead when the stream
        ends first; what was read stays in the buffer in both cases.
        """
        self._check_open()
        searched = 0
        while True:
            found = self._buffer.find(delimiter, searched)
            if found >= 0:
                taken = self._take(found)
                del self._buffer[: len(delimiter)]
                return taken
            if len(self._buffer) >= max_bytes:
                raise DelimiterNotFound(max_bytes)
            # The delimiter may have begun in the last bytes.
            searched = max(0, len(self._buffer) - len(delimiter) + 1)
            await self._fill(65536)

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedResourceError

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _fill(self, wanted: int) -> None:
        """Move the next bytes of the wrapped stream, at most `wanted` if it can be told."""
        stream = self.receive_stream
        try:
            if isinstance(stream, ByteReceiveStream):
                self._buffer += await stream.receive(wanted)
            else:
                self._buffer += await stream.receive()
        except EndOfStream as error:
            raise IncompleteRead from error


class BufferedByteStream(BufferedByteReceiveStream, ByteStream):
    """The same with a sending side, which has no buffer."""

    def __init__(self, stream: AnyByteStream) -> None:
        super().__init__(stream)
        self._stream = stream

    async def send(self, item: bytes) -> None:
        await self._stream.send(item)

    async def send_eof(self) -> None:
        await self._stream.send_eof()


class BufferedConnectable(ByteStreamConnectable):
    """Connects what it wraps, and puts a buffer over the stream."""

    def __init__(self, connectable: AnyByteStreamConnectable) -> None:
        self.connectable = connectable

    async def connect(self) -> BufferedByteStream:
        return BufferedByteStream(await self.connectable.connect())
