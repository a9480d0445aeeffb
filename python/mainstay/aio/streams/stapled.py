"""Two streams as one with two directions, and several listeners as one.

Attributes come from both; the receiving stream, and the later listener, win where both have one.
"""

from __future__ import annotations

__all__ = ("MultiListener", "StapledByteStream", "StapledObjectStream")

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .._core._tasks import create_task_group
from ..abc import ByteStream, Listener, ObjectStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..abc import (
        ByteReceiveStream,
        ByteSendStream,
        ObjectReceiveStream,
        ObjectSendStream,
        TaskGroup,
    )

T_Item = TypeVar("T_Item")
T_Stream = TypeVar("T_Stream")
T_Send = TypeVar("T_Send", bound="ByteSendStream | ObjectSendStream[Any]")
T_Receive = TypeVar("T_Receive", bound="ByteReceiveStream | ObjectReceiveStream[Any]")


class _Stapled(Generic[T_Send, T_Receive]):
    """What bytes and objects have in common: how two streams end, and whose attributes count."""

    send_stream: T_Send
    receive_stream: T_Receive

    async def send_eof(self) -> None:
        await self.send_stream.aclose()

    async def aclose(self) -> None:
        # An error or a cancellation in one close must not leave the other stream open.
        async with AsyncExitStack() as closing:
            for stream in (self.receive_stream, self.send_stream):  # the last is first
                closing.push_async_callback(stream.aclose)

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {**self.send_stream.extra_attributes, **self.receive_stream.extra_attributes}


@dataclass(eq=False)
class StapledByteStream(_Stapled["ByteSendStream", "ByteReceiveStream"], ByteStream):
    """Sends through one byte stream and receives through another; `send_eof` closes the first."""

    send_stream: ByteSendStream
    receive_stream: ByteReceiveStream

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes > 0:
            return await self.receive_stream.receive(max_bytes)
        raise ValueError("max_bytes must be a positive integer")

    async def send(self, item: bytes) -> None:
        await self.send_stream.send(item)


@dataclass(eq=False)
class StapledObjectStream(
    _Stapled["ObjectSendStream[T_Item]", "ObjectReceiveStream[T_Item]"],
    ObjectStream[T_Item],
    Generic[T_Item],
):
    """Sends through one object stream and receives through another."""

    send_stream: ObjectSendStream[T_Item]
    receive_stream: ObjectReceiveStream[T_Item]

    async def receive(self) -> T_Item:
        return await self.receive_stream.receive()

    async def send(self, item: T_Item) -> None:
        await self.send_stream.send(item)

    def send_nowait(self, item: T_Item) -> None:
        """Send without waiting, if the sending stream can: a memory stream, for one."""
        now: Callable[[T_Item], None] | None = getattr(self.send_stream, "send_nowait", None)
        if now is None:
            raise NotImplementedError(
                f"'send_nowait' method not implemented in {type(self.send_stream)}"
            )
        now(item)


def _take_over(listener: Listener[T_Stream]) -> Sequence[Listener[T_Stream]]:
    """The listener; of a MultiListener those in it, which it gives away."""
    if not isinstance(listener, MultiListener):
        return [listener]
    inner: Sequence[Listener[T_Stream]] = listener.listeners
    listener.listeners = []
    return inner


@dataclass(eq=False)
class MultiListener(Listener[T_Stream], Generic[T_Stream]):
    """Serves the connections of all its listeners; those of an inner MultiListener move here."""

    listeners: Sequence[Listener[T_Stream]]

    def __post_init__(self) -> None:
        self.listeners = [moved for given in self.listeners for moved in _take_over(given)]

    async def serve(
        self, handler: Callable[[T_Stream], Any], task_group: TaskGroup | None = None
    ) -> None:
        async with create_task_group() as servers:
            for listener in self.listeners:
                # Without a group of the caller's each listener opens its own.
                servers.start_soon(listener.serve, handler, task_group)

    async def aclose(self) -> None:
        problem: BaseException | None = None
        for listener in self.listeners:
            try:
                await listener.aclose()
            except BaseException as error:
                problem = error
        if problem is not None:
            try:
                raise problem
            finally:
                problem = None

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        merged: dict[Any, Callable[[], Any]] = {}
        for listener in self.listeners:
            merged.update(listener.extra_attributes)
        return merged
