"""Lists for special loads: quick inserts in the middle (`BarrelList`), useful items first.

They are changed by one thread at a time.
"""

from __future__ import annotations

from itertools import chain
from math import isqrt, log2
from operator import index as as_index

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from typing_extensions import Self

# Parts of so many items are as quick to change as shorter ones.
_PART = 256

__all__ = ["BList", "BarrelList", "SplayList"]


class BarrelList(list):  # type: ignore[type-arg]
    """A list made of several shorter ones, so that inserting and removing anywhere moves little.

    >>> numbers = BarrelList(range(100000))
    >>> numbers.pop(50000), len(numbers)
    (50000, 99999)
    >>> numbers[1:3]
    BarrelList([1, 2])
    """

    _size_factor = 1520

    # At least one; none is empty but where the whole list is.
    _parts: list[list[Any]]
    _size: int

    def __init__(self, iterable: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._replace([] if iterable is None else list(iterable))

    @property
    def lists(self) -> list[list[Any]]:
        """The items in lists as long as boltons would have them after a change; new ones each time.

        What is set becomes the items.
        """
        return _cut(list(self), self._cur_size_limit, self._cur_size_limit // 2)

    @lists.setter
    def lists(self, lists: Iterable[Iterable[Any]]) -> None:
        self._replace(list(chain.from_iterable(lists)))

    @property
    def _cur_size_limit(self) -> int:
        return round(self._size_factor * log2(len(self) + 2))

    def _balance_list(self, list_idx: int) -> bool:
        """Splits a part that is too long; whether it was."""
        part = self._parts[list_idx]
        if len(part) <= _PART or len(part) <= 2 * isqrt(self._size):
            return False
        self._parts[list_idx : list_idx + 1] = _cut(part, 0, len(part) // 2 + 1)
        return True

    def _replace(self, items: list[Any]) -> None:
        self._size = len(items)
        self._parts = _cut(items, _PART, max(_PART, isqrt(len(items)))) or [[]]

    def __reduce__(self) -> Any:
        return self.__class__, (list(self),)

    def insert(self, index: Any, item: Any) -> None:
        """Inserts before an index, as `list.insert`."""
        size, place = self._size, as_index(index)
        if place < 0:
            place = max(place + size, 0)
        if place >= size:
            self.append(item)
            return
        number, inside = _native.locate(self._parts, place)
        part = self._parts[number]
        part.insert(inside, item)
        self._size += 1
        if len(part) > _PART:
            self._balance_list(number)

    def append(self, item: Any) -> None:
        """Adds an item at the end."""
        part = self._parts[-1]
        part.append(item)
        self._size += 1
        if len(part) > _PART:
            self._balance_list(-1 % len(self._parts))

    def extend(self, iterable: Iterable[Any]) -> None:
        """Adds items at the end."""
        last = self._parts.pop()
        before = len(last)
        last.extend(iterable)
        self._size += len(last) - before
        self._parts += _cut(last, _PART, max(_PART, isqrt(self._size))) or [[]]

    def pop(self, *a: Any) -> Any:
        """Removes the item at an index, the last without one, and returns it."""
        number, inside = _native.locate(self._parts, a[0] if a else -1)
        part = self._parts[number]
        item = part.pop(inside)
        self._size -= 1
        if not part and self._size:
            del self._parts[number]
        return item

    def iter_slice(
        self, start: int | None, stop: int | None, step: int | None = None
    ) -> Iterator[Any]:
        """Iterates over a slice."""
        return iter(list(self)[start:stop:step])

    def del_slice(self, start: int | None, stop: int | None, step: int | None = None) -> None:
        """Removes a slice."""
        items = list(self)
        del items[start:stop:step]
        self._replace(items)

    __delslice__ = del_slice

    @classmethod
    def from_iterable(cls, it: Iterable[Any]) -> Self:
        """A new one with the items of an iterable."""
        return cls(it)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._parts)

    def __reversed__(self) -> Iterator[Any]:
        return chain.from_iterable(reversed(part) for part in reversed(self._parts))

    def __len__(self) -> int:
        return self._size

    def __contains__(self, item: object) -> bool:
        return any(item in part for part in self._parts)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.from_iterable(self.iter_slice(index.start, index.stop, index.step))
        number, inside = _native.locate(self._parts, index)
        return self._parts[number][inside]

    def __delitem__(self, index: Any) -> None:
        if isinstance(index, slice):
            self.del_slice(index.start, index.stop, index.step)
        else:
            self.pop(index)

    def __setitem__(self, index: Any, item: Any) -> None:
        if isinstance(index, slice):
            items = list(self)
            items[index] = item
            self._replace(items)
        else:
            number, inside = _native.locate(self._parts, index)
            self._parts[number][inside] = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and list(self) == list(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({list(self)!r})"

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sorts the items, as `list.sort`."""
        self._replace(sorted(self, key=key, reverse=reverse))

    def reverse(self) -> None:
        """Turns the order round."""
        for part in self._parts:
            part.reverse()
        self._parts.reverse()

    def copy(self) -> Self:
        """A new one with the same items."""
        return self.from_iterable(self)

    def clear(self) -> None:
        """Removes all items."""
        self._replace([])

    def remove(self, item: Any) -> None:
        """Removes the first item that equals this one; ValueError if there is none."""
        del self[self.index(item)]

    def count(self, item: Any) -> int:
        """How many items equal this one."""
        return sum(part.count(item) for part in self._parts)

    def index(self, item: Any) -> int:  # type: ignore[override]
        """The index of the first item that equals this one; ValueError if there is none."""
        before = 0
        for part in self._parts:
            if item in part:
                return before + part.index(item)
            before += len(part)
        raise ValueError(f"{item!r} is not in list")


BList = BarrelList


def _cut(items: list[Any], limit: int, size: int) -> list[list[Any]]:
    """The items in lists of this size, the first one shorter; in one, if they are not too many."""
    if len(items) <= limit:
        return [items]
    first = len(items) % size or size
    return [items[:first], *(items[at : at + size] for at in range(first, len(items), size))]


class SplayList(list):  # type: ignore[type-arg]
    """A list whose useful items are moved towards the front.

    >>> names = SplayList(["a", "b", "c"])
    >>> names.shift(2)
    >>> names
    ['c', 'a', 'b']
    """

    def shift(self, item_index: int, dest_index: int = 0) -> None:
        """Moves an item to another index, by default to the front."""
        if item_index != dest_index:
            self.insert(dest_index, self.pop(item_index))

    def swap(self, item_index: int, dest_index: int) -> None:
        """Exchanges two items."""
        self[item_index], self[dest_index] = self[dest_index], self[item_index]
