"""Priority queues: tasks with the highest priority first, equal ones in the order they came.

A queue is used by one thread at a time.
"""

from __future__ import annotations

from _heapq import heappop, heappush
from bisect import insort
from itertools import count

from ._sentinels import Sentinel
from .listutils import BList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["BasePriorityQueue", "HeapPriorityQueue", "PriorityQueue", "SortedPriorityQueue"]

_REMOVED: Any = Sentinel("_REMOVED", __name__)


class BasePriorityQueue:
    """What the queues have in common; a subclass says how entries are kept.

    `priority_key` turns the priority given to `add` into a number; the lowest comes first. Without
    it, numbers are negated. Entries are lists of [number, order of addition, task].
    """

    _backend_type: type[Any] = list
    _default_priority_key = staticmethod(lambda p: -float(p or 0))

    def __init__(self, **kw: Any) -> None:
        self._get_priority: Callable[[Any], Any] = kw.pop(
            "priority_key", self._default_priority_key
        )
        if kw:
            raise TypeError(f"unexpected keyword arguments: {kw.keys()!r}")
        self._pq = self._backend_type()
        self._entries: dict[Any, list[Any]] = {}
        self._order = count()

    @staticmethod
    def _push_entry(backend: Any, entry: list[Any]) -> None:
        raise NotImplementedError("a subclass says how entries are kept")

    @staticmethod
    def _pop_entry(backend: Any) -> list[Any]:
        raise NotImplementedError("a subclass says how entries are kept")

    def add(self, task: Any, priority: Any = None) -> None:
        """Adds a task, which must be hashable, or changes the priority it has."""
        number = self._get_priority(priority)
        if task in self._entries:
            self.remove(task)
        entry = [number, next(self._order), task]
        self._entries[task] = entry
        self._push_entry(self._pq, entry)

    def remove(self, task: Any) -> None:
        """Removes a task; KeyError if it is not there."""
        self._entries.pop(task)[2] = _REMOVED

    def _first(self, default: Any, doing: str) -> Any:
        """The first task in the queue; entries of removed tasks before it go."""
        while self._pq:
            if self._pq[0][2] is not _REMOVED:
                return self._pq[0][2]
            self._pop_entry(self._pq)
        if default is not _REMOVED:
            return default
        raise IndexError(doing + " on empty queue")

    def peek(self, default: Any = _REMOVED) -> Any:
        """The next task, left where it is; `default`, or IndexError, if there is none."""
        return self._first(default, "peek")

    def pop(self, default: Any = _REMOVED) -> Any:
        """Removes the next task and returns it; `default`, or IndexError, if there is none."""
        task = self._first(default, "pop")
        if self._pq:
            self._pop_entry(self._pq)
            del self._entries[task]
        return task

    def __len__(self) -> int:
        return len(self._entries)


class HeapPriorityQueue(BasePriorityQueue):
    """A queue kept as a heap.

    >>> queue = HeapPriorityQueue()
    >>> queue.add("sweep", 1), queue.add("cook", 5)
    (None, None)
    >>> queue.pop()
    'cook'
    """

    _push_entry = staticmethod(heappush)  # type: ignore[assignment]
    _pop_entry = staticmethod(heappop)  # type: ignore[assignment]


class SortedPriorityQueue(BasePriorityQueue):
    """A queue kept as a sorted list."""

    _backend_type = BList
    _push_entry = staticmethod(insort)  # type: ignore[assignment]

    @staticmethod
    def _pop_entry(backend: Any) -> Any:
        return backend.pop(0)


PriorityQueue = SortedPriorityQueue
