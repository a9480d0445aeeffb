"""A queue in which items may have to wait for a while before they come out."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from . import renamed_attribute

if TYPE_CHECKING:
    from collections.abc import Callable

    from . import Seconds

T = TypeVar("T")


class DelayedQueue(Generic[T]):
    """First in, first out; an item put with `delay=True` stays for `delay` seconds, and so does
    what is behind it. One thread gets; any may do the rest."""

    def __init__(self, delay: Seconds) -> None:
        self.delay = delay
        self._lock = threading.Lock()
        self._not_empty = threading.Condition(self._lock)
        self._queue: deque[tuple[T, float, bool]] = deque()
        self._closed = False

    delay_sec = renamed_attribute("delay_sec", "delay")

    def put(self, element: T, *, delay: bool = False) -> None:
        """Adds an item."""
        with self._not_empty:
            self._queue.append((element, time.monotonic(), delay))
            self._not_empty.notify()

    def close(self) -> None:
        """Ends the queue: `get()` returns None from now on."""
        with self._not_empty:
            self._closed = True
            self._not_empty.notify()

    def clear(self) -> None:
        """Drops what is in the queue."""
        with self._lock:
            self._queue.clear()

    def get(self) -> T | None:
        """Waits for the next item; None when the queue is closed."""
        while True:
            with self._not_empty:
                while not self._queue and not self._closed:
                    self._not_empty.wait()
                if self._closed:
                    return None
                head, inserted, delayed = self._queue[0]
            if delayed:
                left = inserted + self.delay - time.monotonic()
                while left > 0:
                    time.sleep(left)
                    left = inserted + self.delay - time.monotonic()
            with self._lock:
                # It may have been removed while it waited.
                if self._queue and self._queue[0][0] is head:
                    self._queue.popleft()
                    return head

    def find(self, predicate: Callable[[T], bool]) -> T | None:
        """The first item that `predicate` accepts, waiting or not; it stays in the queue."""
        with self._lock:
            for element, _, _ in self._queue:
                if predicate(element):
                    return element
        return None

    def remove(self, predicate: Callable[[T], bool]) -> T | None:
        """Takes out the first item that `predicate` accepts, waiting or not."""
        with self._lock:
            for index, (element, _, _) in enumerate(self._queue):
                if predicate(element):
                    del self._queue[index]
                    return element
        return None
