"""A queue that leaves out what was put last."""

from __future__ import annotations

import queue
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    _Queue = queue.Queue[Any]
else:
    _Queue = queue.Queue

_NOTHING = object()


class SkipRepeatsQueue(_Queue):
    """A `queue.Queue` that drops an item equal to the one before it, if that still waits.

    Producers come one after the other, so that two of them cannot both put the same item. In a
    bounded queue the time they wait for each other counts against `timeout`; without blocking,
    `queue.Full` may also mean that another producer is at it.
    """

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        self._last_item: Any = _NOTHING
        self._put_lock = threading.Lock()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Puts an item as `queue.Queue.put` does, unless it repeats the last one."""
        left = self._take_turn(block, timeout)
        try:
            with self.mutex:
                # A queue that was shut down refuses repeats too; both are read at one moment.
                closed = getattr(self, "is_shutdown", False)
                repeats = self._last_item is not _NOTHING and item == self._last_item
            if closed or not repeats:
                super().put(item, block, left)
        finally:
            self._put_lock.release()

    def _take_turn(self, block: bool, timeout: float | None) -> float | None:
        """Becomes the only producer; returns what is left of `timeout`."""
        if self.maxsize <= 0 or (block and timeout is None):
            self._put_lock.acquire()
            return timeout
        if not block:
            if not self._put_lock.acquire(blocking=False):
                raise queue.Full
            return timeout
        assert timeout is not None
        if timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        # Longer than a lock can be waited for: fine as long as there is nothing to wait for.
        if timeout > threading.TIMEOUT_MAX and self._put_lock.acquire(blocking=False):
            return timeout
        end = monotonic() + timeout
        if not self._put_lock.acquire(timeout=timeout):
            raise queue.Full
        return max(0.0, end - monotonic())

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._last_item = item

    def _get(self) -> Any:
        item = super()._get()
        if item is self._last_item:
            self._last_item = _NOTHING
        return item
