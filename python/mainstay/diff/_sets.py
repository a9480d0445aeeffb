"""SetOrdered: a set that remembers insertion order and equals any iterable with the same items.

Not safe to change from several threads at once; reading is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet, Sequence, Set
from itertools import chain, islice
from typing import Any


def _as_set(items: Any) -> Any:
    return items if isinstance(items, (Set, dict)) else set(items)


class SetOrdered(MutableSet[Any], Sequence[Any]):
    """Unique hashable items in the order in which they came; `add` and `in` take constant time.

    Indexing takes linear time. Equality disregards the order and accepts lists and sets. Where two
    are combined, the order is that of the left one, then of the right one.
    """

    __slots__ = ("_map",)

    def __init__(self, initial: Iterable[Any] | None = None) -> None:
        self._map: dict[Any, None] = dict.fromkeys(initial) if initial else {}

    def __len__(self) -> int:
        return len(self._map)

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __iter__(self) -> Iterator[Any]:
        return iter(self._map)

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self._map)[::-1])

    def __repr__(self) -> str:
        return str(list(self))

    def __str__(self) -> str:
        return f"{type(self).__name__}({list(self) if self else ''})"

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int) and index >= 0:
            for item in islice(self._map, index, None):
                return item
            raise IndexError(f"index {index} out of range")
        items = list(self._map)
        if isinstance(index, slice):
            return type(self)(items[index])
        return [items[i] for i in index] if isinstance(index, Iterable) else items[index]

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The place of `value`; KeyError when it is not an item. Linear time."""
        for place, item in enumerate(self._map):
            if item == value and place >= start and (stop is None or place < stop):
                return place
        raise KeyError(value)

    def copy(self) -> SetOrdered:
        """A shallow copy."""
        return type(self)(self)

    def __eq__(self, other: object) -> bool:
        try:
            return bool(self._map.keys() == _as_set(other))
        except TypeError:
            return False

    __hash__ = None  # type: ignore[assignment]

    def issubset(self, other: Any) -> bool:
        """Whether each item is in `other`."""
        return self._map.keys() <= _as_set(other)  # type: ignore[no-any-return]

    def issuperset(self, other: Any) -> bool:
        """Whether each item of `other` is an item."""
        return self._map.keys() >= _as_set(other)  # type: ignore[no-any-return]

    def union(self, *others: Iterable[Any]) -> SetOrdered:
        """The items of all operands."""
        return type(self)(chain(self, *others))

    def intersection(self, *others: Iterable[Any]) -> SetOrdered:
        """The items that all operands have."""
        kept = [_as_set(other) for other in others]
        return type(self)([item for item in self if all(item in other for other in kept)])

    def difference(self, *others: Iterable[Any]) -> SetOrdered:
        """The items that no other operand has."""
        gone = [_as_set(other) for other in others]
        return type(self)([item for item in self if not any(item in other for other in gone)])

    def symmetric_difference(self, other: Iterable[Any]) -> SetOrdered:
        """The items that only one of the two has."""
        items = type(self)(other)
        return self.difference(items).union(items.difference(self))

    __le__ = issubset
    __ge__ = issuperset
    __and__ = intersection
    __or__ = union
    __sub__ = difference
    __xor__ = symmetric_difference

    def add(self, key: Any) -> int:  # type: ignore[override]  # the peer's returns the last place
        """Add `key`, and return the place of the last item."""
        self._map[key] = None
        return len(self._map) - 1

    append = add

    def update(self, sequence: Iterable[Any]) -> int:
        """Add each item of `sequence`, and return the place of the last item."""
        self._map.update(dict.fromkeys(sequence))
        return len(self._map) - 1

    def discard(self, value: Any) -> None:
        """Remove `value` if it is an item."""
        self._map.pop(value, None)

    def pop(self, index: int = -1) -> Any:
        """Remove and return the item at `index`, the last one if it is not given."""
        if not self._map:
            raise KeyError("Set is empty")
        item = self._map.popitem()[0] if index == -1 else self[index]
        self.discard(item)
        return item

    def clear(self) -> None:
        """Remove all items."""
        self._map.clear()

    # An empty state would keep `__setstate__` from being called.

    def __getstate__(self) -> Any:
        return list(self) or (None,)

    def __setstate__(self, state: Any) -> None:
        SetOrdered.__init__(self, [] if state == (None,) else state)
