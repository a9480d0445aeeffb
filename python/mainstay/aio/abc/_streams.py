"""Streams of objects and of bytes, listeners, and what can be connected to.

Object streams keep the borders between items; byte streams may join and cut what was sent. The
unreliable ones may lose and reorder items, as datagrams do.

Errors of all streams: ClosedResourceError after a close from this side, EndOfStream (receiving)
after a close from the other side, BrokenResourceError when the connection is gone.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Generic, TypeAlias, TypeVar

from .._core._exceptions import EndOfStream
from .._core._typedattr import TypedAttributeProvider
from ._resources import AsyncResource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from ._tasks import TaskGroup

T_Item = TypeVar("T_Item")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


async def _next(receive: Callable[[], Awaitable[T_Item]]) -> T_Item:
    """One step of an iteration, which ends where the stream does."""
    try:
        return await receive()
    except EndOfStream:
        raise StopAsyncIteration from None


class UnreliableObjectReceiveStream(AsyncResource, TypedAttributeProvider, Generic[T_co]):
    """Receives objects, in any order and perhaps not all. Iterating ends at the end of stream."""

    def __aiter__(self) -> UnreliableObjectReceiveStream[T_co]:
        return self

    async def __anext__(self) -> T_co:
        return await _next(self.receive)

    @abstractmethod
    async def receive(self) -> T_co:
        """Wait for the next object and return it."""


class UnreliableObjectSendStream(AsyncResource, TypedAttributeProvider, Generic[T_contra]):
    """Sends objects that may be lost or change places."""

    @abstractmethod
    async def send(self, item: T_contra) -> None:
        """Send an object."""


class UnreliableObjectStream(
    UnreliableObjectReceiveStream[T_Item], UnreliableObjectSendStream[T_Item]
):
    """Both directions, unreliable."""


class ObjectReceiveStream(UnreliableObjectReceiveStream[T_co]):
    """Receives every object, in the order of sending."""


class ObjectSendStream(UnreliableObjectSendStream[T_contra]):
    """Sends objects that all arrive, in order."""


class ObjectStream(
    ObjectReceiveStream[T_Item], ObjectSendStream[T_Item], UnreliableObjectStream[T_Item]
):
    """Both directions, reliable."""

    @abstractmethod
    async def send_eof(self) -> None:
        """Tell the other side that nothing more will be sent. A second call does nothing."""


class ByteReceiveStream(AsyncResource, TypedAttributeProvider):
    """Receives bytes from one peer. Iterating gives chunks of up to 65,536 bytes."""

    def __aiter__(self) -> ByteReceiveStream:
        return self

    async def __anext__(self) -> bytes:
        return await _next(self.receive)

    @abstractmethod
    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Wait for bytes and return 1 to `max_bytes` of them.

        ValueError when `max_bytes` is below 1. An implementation must not return empty bytes.
        """


class ByteSendStream(AsyncResource, TypedAttributeProvider):
    """Sends bytes to one peer."""

    @abstractmethod
    async def send(self, item: bytes) -> None:
        """Send all of `item`."""


class ByteStream(ByteReceiveStream, ByteSendStream):
    """Bytes in both directions."""

    @abstractmethod
    async def send_eof(self) -> None:
        """Tell the other side that nothing more will be sent. A second call does nothing."""


# What a function takes that only wants bytes and no border between them.
AnyUnreliableByteReceiveStream: TypeAlias = UnreliableObjectReceiveStream[bytes] | ByteReceiveStream
AnyUnreliableByteSendStream: TypeAlias = UnreliableObjectSendStream[bytes] | ByteSendStream
AnyUnreliableByteStream: TypeAlias = UnreliableObjectStream[bytes] | ByteStream
AnyByteReceiveStream: TypeAlias = ObjectReceiveStream[bytes] | ByteReceiveStream
AnyByteSendStream: TypeAlias = ObjectSendStream[bytes] | ByteSendStream
AnyByteStream: TypeAlias = ObjectStream[bytes] | ByteStream


class Listener(AsyncResource, TypedAttributeProvider, Generic[T_co]):
    """Accepts connections."""

    @abstractmethod
    async def serve(
        self, handler: Callable[[T_co], Any], task_group: TaskGroup | None = None
    ) -> None:
        """Accept connections for ever and run `handler` on each, in a task of its own.

        The tasks are started in `task_group`, or in a group that lives as long as this call.
        """


class ObjectStreamConnectable(Generic[T_co], metaclass=ABCMeta):
    """Knows how to open a stream of objects."""

    @abstractmethod
    async def connect(self) -> ObjectStream[T_co]:
        """Connect; ConnectionFailed when that fails."""


class ByteStreamConnectable(metaclass=ABCMeta):
    """Knows how to open a stream of bytes."""

    @abstractmethod
    async def connect(self) -> ByteStream:
        """Connect; ConnectionFailed when that fails."""


AnyByteStreamConnectable: TypeAlias = ObjectStreamConnectable[bytes] | ByteStreamConnectable
