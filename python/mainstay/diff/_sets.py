"""SetOrdered: a set that remembers insertion order and equals any iterable with the same items.

Not safe to change from several threads at once; reading is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet, Sequence, Set
from itertools import chain, islice
from typing import Any

_EVERYTHING = slice(None)


def _as_set(items: Any) -> Any:
    return items if isinstance(items, (Set, dict)) else set(items)


class SetOrdered(MutableSet[Any], Sequence[Any]):
    """Unique hashable items in the order in which they came; `add` and `in` take constant time.

    Indexing takes linear time. Equality disregards the order and accepts lists and sets.
    """

    __slots__ = ("_is_mutable", "_map")

    def __init__(self, initial: Iterable[Any] | None = None) -> None:
        self._map: dict[Any, None] = dict.fromkeys(initial) if initial else {}
        self._is_mutable = True

    # Reading

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
        if isinstance(index, int):
            place = index + len(self._map) if index < 0 else index
            for item in islice(self._map, max(place, 0), None):
                if place >= 0:
                    return item
                break
            raise IndexError(f"index {place} out of range")
        if isinstance(index, slice):
            return self.copy() if index == _EVERYTHING else type(self)(list(self._map)[index])
        items = list(self._map)
        if isinstance(index, Iterable):
            return [items[i] for i in index]
        if hasattr(index, "__index__"):
            return items[index]
        raise TypeError(f"a SetOrdered is indexed by integers, slices or lists of them: {index!r}")

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The place of `value`; KeyError when it is not an item. Linear time."""
        for place, item in enumerate(self._map):
            if item == value and place >= start and (stop is None or place < stop):
                return place
        raise KeyError(value)

    get_loc = get_indexer = index

    def indexes(self, keys: Iterable[Any]) -> list[int]:
        """The places of several items."""
        return [self.index(key) for key in keys]

    def get(self) -> Any:
        """The first item."""
        return next(iter(self._map))

    def copy(self) -> SetOrdered:
        """A shallow copy."""
        return type(self)(self)

    # Comparing

    def __eq__(self, other: object) -> bool:
        try:
            return bool(self._map.keys() == _as_set(other))
        except TypeError:
            return False

    __hash__ = None  # type: ignore[assignment]

    def __le__(self, other: Any) -> bool:
        return len(self) <= len(other) and self._map.keys() <= _as_set(other)

    def __lt__(self, other: Any) -> bool:
        return len(self) < len(other) and self._map.keys() < _as_set(other)

    def __ge__(self, other: Any) -> bool:
        return len(self) >= len(other) and self._map.keys() >= _as_set(other)

    def __gt__(self, other: Any) -> bool:
        return len(self) > len(other) and self._map.keys() > _as_set(other)

    def issubset(self, other: Any) -> bool:
        """Whether each item is in `other`."""
        return len(self) <= len(other) and all(item in other for item in self)

    def issuperset(self, other: Any) -> bool:
        """Whether each item of `other` is an item."""
        return len(self) >= len(other) and all(item in self for item in other)

    # Combining: the order is that of the left operand, then of the right one

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

    def __and__(self, other: Any) -> SetOrdered:
        return self.intersection(other)

    def __or__(self, other: Any) -> SetOrdered:
        return self.union(other) if isinstance(other, Iterable) else NotImplemented

    def __ror__(self, other: Any) -> SetOrdered:
        return type(self)(chain(other, self)) if isinstance(other, Iterable) else NotImplemented

    def __sub__(self, other: Any) -> SetOrdered:
        return self.difference(other) if isinstance(other, Iterable) else NotImplemented

    def __rsub__(self, other: Any) -> SetOrdered:
        return type(self)(other).difference(self)

    def __xor__(self, other: Any) -> SetOrdered:
        return self.symmetric_difference(other)

    def __rxor__(self, other: Any) -> SetOrdered:
        return type(self)(other).symmetric_difference(self)

    # Changing

    def _changing(self) -> dict[Any, None]:
        if not self._is_mutable:
            raise ValueError("This object is not mutable.")
        return self._map

    def add(self, key: Any) -> int:  # type: ignore[override]  # the peer's returns the last place
        """Add `key`, and return the place of the last item."""
        self._changing()[key] = None
        return len(self._map) - 1

    append = add

    def update(self, sequence: Iterable[Any]) -> int:
        """Add each item of `sequence`, and return the place of the last item."""
        self._changing().update(dict.fromkeys(sequence))
        return len(self._map) - 1

    def __ior__(self, other: Any) -> SetOrdered:
        self.update(other)
        return self

    def discard(self, value: Any) -> None:
        """Remove `value` if it is an item."""
        self._changing().pop(value, None)

    def pop(self, index: int = -1) -> Any:
        """Remove and return the item at `index`, the last one if it is not given."""
        items = self._changing()
        if not items:
            raise KeyError("Set is empty")
        if index == -1:
            return items.popitem()[0]
        item = next(islice(items, index, index + 1))
        del items[item]
        return item

    def popitem(self, last: bool = True) -> Any:
        """Remove and return the last item, or the first one."""
        return self.pop(-1 if last else 0)

    def move_to_end(self, key: Any) -> None:
        """Make `key` the last item."""
        items = self._changing()
        del items[key]
        items[key] = None

    def clear(self) -> None:
        """Remove all items."""
        self._changing().clear()

    def difference_update(self, *others: Iterable[Any]) -> None:
        """Remove the items of `others`."""
        self._changing()
        self._map = self.difference(*others)._map

    def intersection_update(self, other: Iterable[Any]) -> SetOrdered:
        """Keep only items that `other` has."""
        self._changing()
        self._map = self.intersection(other)._map
        return self

    __iand__: Any = intersection_update

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        """Keep the items that only one of the two has."""
        self._changing()
        self._map = self.symmetric_difference(other)._map

    def freeze(self) -> None:
        """Refuse changes from now on."""
        self._is_mutable = False

    # An empty state would keep `__setstate__` from being called.

    def __getstate__(self) -> Any:
        return list(self) or (None,)

    def __setstate__(self, state: Any) -> None:
        SetOrdered.__init__(self, [] if state == (None,) else state)
