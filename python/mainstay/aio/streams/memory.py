"""Channels between tasks of one event loop: object streams with a bounded buffer.

The channel is native, as are its two ends in tasks of asyncio; tasks of another library wait with
its own event. The clones of an end share a channel. All belong to the loop's thread.
"""

from __future__ import annotations

__all__ = (
    "MemoryObjectReceiveStream",
    "MemoryObjectSendStream",
    "MemoryObjectStreamStatistics",
)

from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from .. import _native
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream, WouldBlock
from .._core._synchronization import Event
from .._core._testing import get_current_task
from ..abc import ObjectReceiveStream, ObjectSendStream
from ..lowlevel import checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from .._core._testing import TaskInfo

T_Item = TypeVar("T_Item")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)

_native.adopt(
    WouldBlock=WouldBlock,
    ClosedResourceError=ClosedResourceError,
    BrokenResourceError=BrokenResourceError,
    EndOfStream=EndOfStream,
)


class MemoryObjectStreamStatistics(NamedTuple):
    """The buffer of a channel, its open ends, and the tasks that wait at either end."""

    current_buffer_used: int
    max_buffer_size: float
    open_send_streams: int
    open_receive_streams: int
    tasks_waiting_send: int
    tasks_waiting_receive: int


class _MemoryObjectItemReceiver(Generic[T_Item]):
    """A task that waits in `receive` elsewhere than on asyncio, and what it received."""

    item: T_Item

    def __init__(self) -> None:
        self.task_info: TaskInfo = get_current_task()

    def __repr__(self) -> str:
        item = getattr(self, "item", None)
        return f"{type(self).__name__}(task_info={self.task_info}, item={item!r})"


class _MemoryObjectStreamState(_native.Channel[T_Item], Generic[T_Item]):
    """What the ends of a channel share."""

    def statistics(self) -> MemoryObjectStreamStatistics:
        return MemoryObjectStreamStatistics(*self._counts())


def _warn_unclosed(stream: object) -> None:
    import warnings

    warnings.warn(
        f"Unclosed <{type(stream).__name__} at {id(stream):x}>",
        ResourceWarning,
        stacklevel=2,
        source=stream,
    )


class _End:
    """What both ends of a channel do alike. Stands after the native class, whose names it uses."""

    if TYPE_CHECKING:

        def __init__(self, state: _native.Channel[Any], /) -> None: ...
        @property
        def _state(self) -> _native.Channel[Any]: ...
        @property
        def _closed(self) -> bool: ...
        def close(self) -> None: ...

    def clone(self) -> Self:
        """Another end of the channel, on the same side, to be closed by itself."""
        if not self._closed:
            return type(self)(self._state)
        raise ClosedResourceError

    def statistics(self) -> MemoryObjectStreamStatistics:
        """The state of the channel."""
        return MemoryObjectStreamStatistics(*self._state._counts())

    async def aclose(self) -> None:
        """Close this end."""
        self.close()

    def __enter__(self) -> Self:
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


class MemoryObjectReceiveStream(
    _native.ReceiveEnd[T_co], _End, ObjectReceiveStream[T_co], Generic[T_co]
):
    """The receiving end of a channel. Iterating over it receives until the sending end closes.

    `receive()` waits for an item and `receive_nowait()` does not; both raise ClosedResourceError
    once this end is closed and EndOfStream once no sending end is open and nothing is left.
    """

    async def _receive_elsewhere(self) -> T_co:
        await checkpoint()
        with suppress(WouldBlock):
            return self.receive_nowait()
        woken = Event()
        receiver = _MemoryObjectItemReceiver[T_co]()
        node = self._join(woken.set, receiver.task_info.has_pending_cancellation)
        try:
            await woken.wait()
        finally:
            node.leave()
        if node.has_item():
            receiver.item = node.take()
            return receiver.item
        raise ClosedResourceError if self._closed else EndOfStream


class MemoryObjectSendStream(
    _native.SendEnd[T_contra], _End, ObjectSendStream[T_contra], Generic[T_contra]
):
    """The sending end of a channel.

    `send()` waits for room or a receiver and `send_nowait()` does not; both raise
    ClosedResourceError once this end is closed and BrokenResourceError once no receiving end is
    open. With the last sending end closed, receivers get what is left, and then EndOfStream.
    """

    async def _send_elsewhere(self, item: T_contra) -> None:
        await checkpoint()
        with suppress(WouldBlock):
            return self.send_nowait(item)
        woken = Event()
        node = self._join(woken.set, item)
        try:
            await woken.wait()
        finally:
            node.leave()
        if node.has_item():  # still: it was not taken
            raise ClosedResourceError if self._closed else BrokenResourceError
