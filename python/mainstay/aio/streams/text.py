"""Streams of text over streams of bytes."""

from __future__ import annotations

__all__ = ("TextConnectable", "TextReceiveStream", "TextSendStream", "TextStream")

import codecs
from dataclasses import InitVar, dataclass, field
from typing import Generic, TypeVar

from .._core._exceptions import EndOfStream
from ..abc import ObjectReceiveStream, ObjectSendStream, ObjectStream, ObjectStreamConnectable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..abc import (
        AnyByteReceiveStream,
        AnyByteSendStream,
        AnyByteStream,
        AnyByteStreamConnectable,
    )

T_Below = TypeVar("T_Below", bound="AnyByteReceiveStream | AnyByteSendStream")


class _Layer(Generic[T_Below]):
    """What the streams of this module leave to the byte stream below them."""

    transport_stream: T_Below

    async def aclose(self) -> None:
        await self.transport_stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.transport_stream.extra_attributes


@dataclass(eq=False)
class TextReceiveStream(_Layer["AnyByteReceiveStream"], ObjectReceiveStream[str]):
    """Decodes what comes in; a character whose bytes are not all there waits for the rest.

    `errors` is what codecs take: "strict", "replace", "ignore" and so on.
    """

    transport_stream: AnyByteReceiveStream
    encoding: InitVar[str] = "utf-8"
    errors: InitVar[str] = "strict"
    _decoder: codecs.IncrementalDecoder = field(init=False)

    def __post_init__(self, encoding: str, errors: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(errors=errors)

    async def receive(self) -> str:
        text = ""
        try:
            while not text:
                text = self._decoder.decode(await self.transport_stream.receive())
        except EndOfStream:
            text = self._end()
            if not text:
                raise
        return text

    def _end(self) -> str:
        """What becomes of half a character at the end. Only the first call may complain of it."""
        try:
            return self._decoder.decode(b"", final=True)
        finally:
            self._decoder.reset()

    async def aclose(self) -> None:
        await super().aclose()
        self._decoder.reset()


@dataclass(eq=False)
class TextSendStream(_Layer["AnyByteSendStream"], ObjectSendStream[str]):
    """Encodes what is sent; an encoding with a byte order mark sends it once, at the start."""

    transport_stream: AnyByteSendStream
    encoding: InitVar[str] = "utf-8"
    errors: str = "strict"
    _encoder: codecs.IncrementalEncoder = field(init=False)

    def __post_init__(self, encoding: str) -> None:
        self._encoder = codecs.getincrementalencoder(encoding)(errors=self.errors)

    async def send(self, item: str) -> None:
        await self.transport_stream.send(self._encoder.encode(item))


@dataclass(eq=False)
class TextStream(_Layer["AnyByteStream"], ObjectStream[str]):
    """Both directions over one byte stream."""

    transport_stream: AnyByteStream
    encoding: InitVar[str] = "utf-8"
    errors: InitVar[str] = "strict"
    _receive_stream: TextReceiveStream = field(init=False)
    _send_stream: TextSendStream = field(init=False)

    def __post_init__(self, encoding: str, errors: str) -> None:
        stream = self.transport_stream
        self._receive_stream = TextReceiveStream(stream, encoding=encoding, errors=errors)
        self._send_stream = TextSendStream(stream, encoding=encoding, errors=errors)

    async def receive(self) -> str:
        return await self._receive_stream.receive()

    async def send(self, item: str) -> None:
        await self._send_stream.send(item)

    async def send_eof(self) -> None:
        await self.transport_stream.send_eof()

    async def aclose(self) -> None:
        # One stream below, one close.
        await self._receive_stream.aclose()


class TextConnectable(ObjectStreamConnectable[str]):
    """Connects what it wraps, and puts a `TextStream` in UTF-8 over the stream."""

    def __init__(self, connectable: AnyByteStreamConnectable) -> None:
        self.connectable = connectable

    async def connect(self) -> TextStream:
        return TextStream(await self.connectable.connect())
