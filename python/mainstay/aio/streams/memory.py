"""Channels between tasks of one event loop: object streams with a bounded buffer.

The state of a channel is shared by the clones of its two ends. All belong to the loop's thread.
"""

from __future__ import annotations

__all__ = (
    "MemoryObjectReceiveStream",
    "MemoryObjectSendStream",
    "MemoryObjectStreamStatistics",
)

from collections import OrderedDict, deque
from typing import Generic, NamedTuple, TypeVar

from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream, WouldBlock
from .._core._synchronization import Event
from .._core._testing import get_current_task
from ..abc import ObjectReceiveStream, ObjectSendStream
from ..lowlevel import checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from .._core._testing import TaskInfo

T_Item = TypeVar("T_Item")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class MemoryObjectStreamStatistics(NamedTuple):
    """The buffer of a channel, its open ends, and the tasks that wait at either end."""

    current_buffer_used: int
    max_buffer_size: float
    open_send_streams: int
    open_receive_streams: int
    tasks_waiting_send: int
    tasks_waiting_receive: int


class _MemoryObjectItemReceiver(Generic[T_Item]):
    """A task that waits in `receive`; `item` is set when one was handed to it."""

    __slots__ = "end", "item", "task_info", "woken"

    item: T_Item

    def __init__(self, end: object = None) -> None:
        self.end = end
        self.woken = Event()
        self.task_info: TaskInfo = get_current_task()

    def __repr__(self) -> str:
        item = getattr(self, "item", None)
        return f"{type(self).__name__}(task_info={self.task_info}, item={item!r})"


class _Sender(Generic[T_Item]):
    """A task that waits in `send` with its item."""

    __slots__ = "end", "item", "taken", "woken"

    def __init__(self, end: object, item: T_Item) -> None:
        self.end = end
        self.item = item
        self.taken = False
        self.woken = Event()


class _MemoryObjectStreamState(Generic[T_Item]):
    """What the ends of a channel share. Waiting tasks are ordered sets: served first in, first
    out, and each can leave from the middle."""

    def __init__(self, max_buffer_size: float) -> None:
        self.max_buffer_size = max_buffer_size
        self.buffer: deque[T_Item] = deque()
        self.open_send_channels = 0
        self.open_receive_channels = 0
        self.waiting_receivers: OrderedDict[_MemoryObjectItemReceiver[T_Item], None] = OrderedDict()
        self.waiting_senders: OrderedDict[_Sender[T_Item], None] = OrderedDict()

    def take(self) -> T_Item:
        """The next item; a waiting sender's item moves up. EndOfStream, WouldBlock."""
        if self.waiting_senders:
            sender, _ = self.waiting_senders.popitem(last=False)
            sender.taken = True
            self.buffer.append(sender.item)
            sender.woken.set()
        if self.buffer:
            return self.buffer.popleft()
        if self.open_send_channels:
            raise WouldBlock
        raise EndOfStream

    def put(self, item: T_Item) -> None:
        """Hand the item over or keep it. BrokenResourceError, WouldBlock."""
        if not self.open_receive_channels:
            raise BrokenResourceError
        while self.waiting_receivers:
            receiver, _ = self.waiting_receivers.popitem(last=False)
            # One that is about to be cancelled would take the item along.
            if not receiver.task_info.has_pending_cancellation():
                receiver.item = item
                receiver.woken.set()
                return
        if len(self.buffer) >= self.max_buffer_size:
            raise WouldBlock
        self.buffer.append(item)

    def statistics(self) -> MemoryObjectStreamStatistics:
        return MemoryObjectStreamStatistics(
            current_buffer_used=len(self.buffer),
            max_buffer_size=self.max_buffer_size,
            open_send_streams=self.open_send_channels,
            open_receive_streams=self.open_receive_channels,
            tasks_waiting_send=len(self.waiting_senders),
            tasks_waiting_receive=len(self.waiting_receivers),
        )


def _warn_unclosed(stream: object) -> None:
    import warnings

    warnings.warn(
        f"Unclosed <{type(stream).__name__} at {id(stream):x}>",
        ResourceWarning,
        stacklevel=2,
        source=stream,
    )


class MemoryObjectReceiveStream(ObjectReceiveStream[T_co], Generic[T_co]):
    """The receiving end of a channel. Iterating over it receives until the sending end closes."""

    def __init__(self, _state: _MemoryObjectStreamState[T_co]) -> None:
        self._state = _state
        self._closed = False
        _state.open_receive_channels += 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}(_state={self._state!r}, _closed={self._closed})"

    def receive_nowait(self) -> T_co:
        """The next item if there is one; ClosedResourceError, EndOfStream, WouldBlock."""
        if self._closed:
            raise ClosedResourceError
        return self._state.take()

    async def receive(self) -> T_co:
        """The next item, waiting for it; ClosedResourceError, EndOfStream."""
        await checkpoint()
        try:
            return self.receive_nowait()
        except WouldBlock:
            pass
        receiver = _MemoryObjectItemReceiver[T_co](self)
        waiting = self._state.waiting_receivers
        waiting[receiver] = None
        try:
            await receiver.woken.wait()
        finally:
            waiting.pop(receiver, None)
        if hasattr(receiver, "item"):
            return receiver.item
        raise ClosedResourceError if self._closed else EndOfStream

    def clone(self) -> MemoryObjectReceiveStream[T_co]:
        """Another receiving end of the channel, to be closed by itself."""
        if self._closed:
            raise ClosedResourceError
        return type(self)(self._state)

    def close(self) -> None:
        """Close this end. With the last one, senders get BrokenResourceError."""
        if self._closed:
            return
        self._closed = True
        state = self._state
        state.open_receive_channels -= 1
        for receiver in [each for each in state.waiting_receivers if each.end is self]:
            del state.waiting_receivers[receiver]
            receiver.woken.set()
        if not state.open_receive_channels:
            for sender in state.waiting_senders:
                sender.woken.set()

    async def aclose(self) -> None:
        """Close this end."""
        self.close()

    def statistics(self) -> MemoryObjectStreamStatistics:
        """The state of the channel."""
        return self._state.statistics()

    def __enter__(self) -> MemoryObjectReceiveStream[T_co]:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._closed:
            _warn_unclosed(self)


class MemoryObjectSendStream(ObjectSendStream[T_contra], Generic[T_contra]):
    """The sending end of a channel."""

    def __init__(self, _state: _MemoryObjectStreamState[T_contra]) -> None:
        self._state = _state
        self._closed = False
        _state.open_send_channels += 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}(_state={self._state!r}, _closed={self._closed})"

    def send_nowait(self, item: T_contra) -> None:
        """Send without waiting; ClosedResourceError, BrokenResourceError, WouldBlock."""
        if self._closed:
            raise ClosedResourceError
        self._state.put(item)

    async def send(self, item: T_contra) -> None:
        """Send, waiting for room or a receiver; ClosedResourceError, BrokenResourceError."""
        await checkpoint()
        try:
            self.send_nowait(item)
            return
        except WouldBlock:
            pass
        sender = _Sender(self, item)
        waiting = self._state.waiting_senders
        waiting[sender] = None
        try:
            await sender.woken.wait()
        finally:
            waiting.pop(sender, None)
        if not sender.taken:
            raise ClosedResourceError if self._closed else BrokenResourceError

    def clone(self) -> MemoryObjectSendStream[T_contra]:
        """Another sending end of the channel, to be closed by itself."""
        if self._closed:
            raise ClosedResourceError
        return type(self)(self._state)

    def close(self) -> None:
        """Close this end. With the last one, receivers get EndOfStream after the last item."""
        if self._closed:
            return
        self._closed = True
        state = self._state
        state.open_send_channels -= 1
        for sender in [each for each in state.waiting_senders if each.end is self]:
            del state.waiting_senders[sender]
            sender.woken.set()
        if not state.open_send_channels:
            for receiver in state.waiting_receivers:
                receiver.woken.set()
            state.waiting_receivers.clear()

    async def aclose(self) -> None:
        """Close this end."""
        self.close()

    def statistics(self) -> MemoryObjectStreamStatistics:
        """The state of the channel."""
        return self._state.statistics()

    def __enter__(self) -> MemoryObjectSendStream[T_contra]:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._closed:
            _warn_unclosed(self)
