"""Waiting until a file descriptor can be read or written, and telling waiters of its end."""

from __future__ import annotations

from asyncio import get_running_loop

from .._core._exceptions import BusyResourceError, ClosedResourceError
from ..lowlevel import RunVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from _typeshed import FileDescriptorLike

    Waiting = dict[int, asyncio.Future[bool]]


class _Direction:
    """Reading or writing: who waits in each loop, and how the loop is asked to watch."""

    def __init__(self, action: str, add: str, remove: str) -> None:
        self._action = action
        self._add, self._remove = add, remove
        self._waiting: RunVar[Waiting] = RunVar(f"{action} events")

    async def wait(self, obj: FileDescriptorLike) -> None:
        """Wait until `obj` is ready; BusyResourceError, ClosedResourceError."""
        fd = _descriptor(obj)
        waiting = self._waiting.get(None)
        if waiting is None:
            waiting = {}
            self._waiting.set(waiting)
        if fd in waiting:
            raise BusyResourceError(self._action)
        loop: Any = get_running_loop()
        ready: asyncio.Future[bool] = loop.create_future()
        getattr(loop, self._add)(fd, self._end, fd, True)
        waiting[fd] = ready
        try:
            if not await ready:
                raise ClosedResourceError
        finally:
            if waiting.get(fd) is ready:
                self._end(fd, False)

    def _end(self, fd: int, ready: bool) -> None:
        """Watch no longer; the waiter, if there is one, wakes up."""
        waiting = self._waiting.get(None)
        future = None if waiting is None else waiting.pop(fd, None)
        if future is None:
            return
        getattr(get_running_loop(), self._remove)(fd)
        if not future.done():
            future.set_result(ready)

    def close(self, obj: FileDescriptorLike) -> None:
        """Tell the waiter that `obj` is about to be closed."""
        self._end(_descriptor(obj), False)


def _descriptor(obj: FileDescriptorLike) -> int:
    return obj if isinstance(obj, int) else obj.fileno()


_reading = _Direction("reading from", "add_reader", "remove_reader")
_writing = _Direction("writing to", "add_writer", "remove_writer")

wait_readable = _reading.wait
wait_writable = _writing.wait


def notify_closing(obj: FileDescriptorLike) -> None:
    """Let all who wait for `obj` in this loop raise ClosedResourceError."""
    _reading.close(obj)
    _writing.close(obj)
