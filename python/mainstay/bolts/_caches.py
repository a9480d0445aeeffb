"""Dicts of at most `max_size` items that drop the item which was set or used longest ago.

Each method that changes one holds its lock, so they may be shared by threads.
"""

from __future__ import annotations

from _collections import OrderedDict
from _thread import RLock

from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import Self

_MISSING: Any = Sentinel("_MISSING", __name__)
PREV, NEXT, KEY, VALUE = range(4)
DEFAULT_MAX_SIZE = 128


class LRI(dict):  # type: ignore[type-arg]
    """A dict that drops the item that was set longest ago.

    `on_miss(key)` makes the value of a key that is read and is not there. `hit_count`, `miss_count`
    and `soft_miss_count` (misses that raised nothing) count reads.

    >>> cache = LRI(max_size=2)
    >>> cache["a"], cache["b"], cache["c"] = 1, 2, 3
    >>> "a" in cache, len(cache)
    (False, 2)
    """

    def __init__(
        self,
        max_size: int = DEFAULT_MAX_SIZE,
        values: Any = None,
        on_miss: Callable[[Any], Any] | None = None,
    ) -> None:
        if max_size <= 0:
            raise ValueError("expected max_size > 0, not %r" % max_size)
        if on_miss is not None and not callable(on_miss):
            raise TypeError("expected on_miss to be a callable (or None), not %r" % on_miss)
        super().__init__()
        self.hit_count = self.miss_count = self.soft_miss_count = 0
        self.max_size = max_size
        self.on_miss = on_miss
        self._lock = RLock()
        self._order: OrderedDict[Any, None] = OrderedDict()  # what is dropped next is first
        if values:
            self.update(values)

    def _get_flattened_ll(self) -> list[tuple[Any, Any]]:
        return [(key, dict.__getitem__(self, key)) for key in self._order]

    @property
    def _anchor(self) -> list[Any]:
        """The order as boltons keeps it: a ring of [previous, next, key, value]."""
        anchor: list[Any] = [None, None, _MISSING, _MISSING]
        links = [anchor, *([None, None, *pair] for pair in self._get_flattened_ll())]
        for before, link in zip([links[-1], *links], links):
            before[NEXT], link[PREV] = link, before
        return anchor

    def __setitem__(self, key: Any, value: Any) -> None:
        with self._lock:
            if key in self:
                self._order.move_to_end(key)
            else:
                if len(self) >= self.max_size:
                    dropped, _ = self._order.popitem(last=False)
                    super().__delitem__(dropped)
                self._order[key] = None
            super().__setitem__(key, value)

    def __getitem__(self, key: Any) -> Any:
        with self._lock:
            if key in self:
                self.hit_count += 1
                return super().__getitem__(key)
            return self._miss(key)

    def _miss(self, key: Any) -> Any:
        self.miss_count += 1
        if not self.on_miss:
            raise KeyError(key)
        value = self[key] = self.on_miss(key)
        return value

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or `default`."""
        try:
            return self[key]
        except KeyError:
            self.soft_miss_count += 1
            return default

    def __delitem__(self, key: Any) -> None:
        with self._lock:
            super().__delitem__(key)
            del self._order[key]

    def pop(self, key: Any, default: Any = _MISSING) -> Any:
        """Removes a key and returns its value; KeyError if it is not there."""
        with self._lock:
            if key in self:
                del self._order[key]
            elif default is not _MISSING:
                return default
            return super().pop(key)

    def popitem(self) -> tuple[Any, Any]:
        """Removes the item that came in last and returns it."""
        with self._lock:
            key, value = super().popitem()
            del self._order[key]
            return key, value

    def clear(self) -> None:
        """Removes all items."""
        with self._lock:
            super().clear()
            self._order.clear()

    def copy(self) -> Self:
        """A new one of the same size with the same items."""
        return self.__class__(max_size=self.max_size, values=self)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which gets `default` if it has none."""
        with self._lock:
            try:
                return self[key]
            except KeyError:
                self.soft_miss_count += 1
                self[key] = default
                return default

    def update(self, E: Any = (), **F: Any) -> None:
        """Sets items, as `dict.update`."""
        with self._lock:
            if E is not self:
                pairs = ((key, E[key]) for key in E.keys()) if hasattr(E, "keys") else E
                for key, value in pairs:
                    self[key] = value
            for key, value in F.items():
                self[key] = value

    def __eq__(self, other: object) -> bool:
        return self is other or super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"{self.__class__.__name__}(max_size={self.max_size!r}, on_miss={self.on_miss!r}, "
            f"values={super().__repr__()})"
        )


class LRU(LRI):
    """A dict that drops the item that was set or read longest ago; see `LRI`."""

    def __getitem__(self, key: Any) -> Any:
        with self._lock:
            if key in self:
                self._order.move_to_end(key)
            return super().__getitem__(key)
