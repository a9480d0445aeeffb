"""Streams of text over streams of bytes."""

from __future__ import annotations

__all__ = ("TextConnectable", "TextReceiveStream", "TextSendStream", "TextStream")

import codecs
from dataclasses import InitVar, dataclass, field

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


@dataclass(eq=False)
class TextReceiveStream(ObjectReceiveStream[str]):
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
        while True:
            try:
                chunk = await self.transport_stream.receive()
            except EndOfStream:
                # Half a character may be left. Only the first call may complain of it.
                try:
                    rest = self._decoder.decode(b"", final=True)
                finally:
                    self._decoder.reset()
                if rest:
                    return rest
                raise
            text = self._decoder.decode(chunk)
            if text:
                return text

    async def aclose(self) -> None:
        await self.transport_stream.aclose()
        self._decoder.reset()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.transport_stream.extra_attributes


@dataclass(eq=False)
class TextSendStream(ObjectSendStream[str]):
    """Encodes what is sent; an encoding with a byte order mark sends it once, at the start."""

    transport_stream: AnyByteSendStream
    encoding: InitVar[str] = "utf-8"
    errors: str = "strict"
    _encoder: codecs.IncrementalEncoder = field(init=False)

    def __post_init__(self, encoding: str) -> None:
        self._encoder = codecs.getincrementalencoder(encoding)(errors=self.errors)

    async def send(self, item: str) -> None:
        await self.transport_stream.send(self._encoder.encode(item))

    async def aclose(self) -> None:
        await self.transport_stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.transport_stream.extra_attributes


@dataclass(eq=False)
class TextStream(ObjectStream[str]):
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

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.transport_stream.extra_attributes


class TextConnectable(ObjectStreamConnectable[str]):
    """Connects what it wraps, and puts a `TextStream` in UTF-8 over the stream."""

    def __init__(self, connectable: AnyByteStreamConnectable) -> None:
        self.connectable = connectable

    async def connect(self) -> TextStream:
        return TextStream(await self.connectable.connect())
