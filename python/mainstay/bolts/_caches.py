"""Dicts of at most `max_size` items that drop the item which was set or used longest ago.

Their order and look-ups are native; each method keeps others out of the cache while it runs, so
they may be shared by threads.
"""

from __future__ import annotations

from ._native import Lri
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import Self

_MISSING: Any = Sentinel("_MISSING", __name__)
PREV, NEXT, KEY, VALUE = range(4)
DEFAULT_MAX_SIZE = 128


class LRI(Lri):
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
            raise ValueError(f"expected max_size > 0, not {max_size!r}")
        if on_miss is not None and not callable(on_miss):
            raise TypeError(f"expected on_miss to be a callable (or None), not {on_miss!r}")
        self.clear()
        self.hit_count = self.miss_count = self.soft_miss_count = 0
        self.max_size = max_size
        self.on_miss = on_miss
        self._refreshes = isinstance(self, LRU)
        if values:
            self.update(values)

    def _get_flattened_ll(self) -> list[tuple[Any, Any]]:
        return self._oldest_first()

    @property
    def _anchor(self) -> list[Any]:
        """The order as boltons keeps it: a ring of [previous, next, key, value]."""
        anchor: list[Any] = [None, None, _MISSING, _MISSING]
        links = [anchor, *([None, None, *pair] for pair in self._oldest_first())]
        for before, link in zip([links[-1], *links], links):  # noqa: B905
            before[NEXT], link[PREV] = link, before
        return anchor

    def __reduce__(self) -> Any:
        return self.__class__, (self.max_size, self._oldest_first(), self.on_miss)

    def popitem(self) -> tuple[Any, Any]:
        """Removes the item that came in last and returns it."""
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self))
        return key, self.pop(key)

    def copy(self) -> Self:
        """A new one of the same size with the same items."""
        return self.__class__(max_size=self.max_size, values=self)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which gets `default` if it has none."""
        try:
            return self[key]
        except KeyError:
            self.soft_miss_count += 1
            self[key] = default
            return default

    def update(self, other: Any = (), /, **more: Any) -> None:
        """Sets items, as `dict.update`."""
        if other is not self:
            pairs = other
            if hasattr(other, "keys"):
                pairs = ((key, other[key]) for key in other.keys())  # noqa: SIM118
            for key, value in pairs:
                self[key] = value
        for key, value in more.items():
            self[key] = value

    def __repr__(self) -> str:
        return (
            f"{self.__class__.__name__}(max_size={self.max_size!r}, on_miss={self.on_miss!r}, "
            f"values={super().__repr__()})"
        )


class LRU(LRI):
    """A dict that drops the item that was set or read longest ago; see `LRI`."""
