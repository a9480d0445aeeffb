"""Lists for special loads: quick inserts in the middle (`BarrelList`), useful items first.

They are changed by one thread at a time.
"""

from __future__ import annotations

from itertools import chain
from math import log2
from operator import index as as_index

from .. import _load

_load("bolts")

from . import _native  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from typing_extensions import Self

__all__ = ["BList", "BarrelList", "SplayList"]


class BarrelList(list):  # type: ignore[type-arg]
    """A list made of several shorter ones, so that inserting and removing anywhere moves little.

    `lists` are its parts. They are split when an item is inserted in or removed from one that is
    longer than the limit, which grows with the logarithm of the length.

    >>> numbers = BarrelList(range(100000))
    >>> numbers.pop(50000), len(numbers), len(numbers.lists)
    (50000, 99999, 8)
    >>> numbers[1:3]
    BarrelList([1, 2])
    """

    _size_factor = 1520
    lists: list[list[Any]]

    def __init__(self, iterable: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.lists = [[]]
        if iterable is not None:
            self.extend(iterable)

    @property
    def _cur_size_limit(self) -> int:
        return round(self._size_factor * log2(len(self) + 2))

    def _find(self, index: Any) -> tuple[int, int]:
        """The part and the place in it of an index; IndexError if there is none."""
        return _native.locate(self.lists, index)

    def _balance_list(self, list_idx: int) -> bool:
        """Splits a part that is too long; whether it was."""
        part, limit = self.lists[list_idx], self._cur_size_limit
        if len(part) <= limit:
            return False
        half = limit // 2
        first = len(part) % half or half
        cuts = range(first, len(part), half)
        self.lists[list_idx : list_idx + 1] = [
            part[:first],
            *(part[cut : cut + half] for cut in cuts),
        ]
        return True

    def _replace(self, items: list[Any]) -> None:
        self.lists = [items]
        self._balance_list(0)

    def insert(self, index: Any, item: Any) -> None:
        """Inserts before an index, as `list.insert`."""
        size, place = len(self), as_index(index)
        if place < 0:
            place = max(place + size, 0)
        number, inside = self._find(place) if place < size else (-1, len(self.lists[-1]))
        self.lists[number].insert(inside, item)
        self._balance_list(number % len(self.lists))

    def append(self, item: Any) -> None:
        """Adds an item at the end."""
        self.lists[-1].append(item)

    def extend(self, iterable: Iterable[Any]) -> None:
        """Adds items at the end."""
        self.lists[-1].extend(iterable)

    def pop(self, *a: Any) -> Any:
        """Removes the item at an index, the last without one, and returns it."""
        number, inside = self._find(*a) if a else self._find(-1)
        item = self.lists[number].pop(inside)
        if not self.lists[number] and len(self.lists) > 1:
            del self.lists[number]
        else:
            self._balance_list(number)
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
        return chain.from_iterable(self.lists)

    def __reversed__(self) -> Iterator[Any]:
        return chain.from_iterable(reversed(part) for part in reversed(self.lists))

    def __len__(self) -> int:
        return sum(map(len, self.lists))

    def __contains__(self, item: object) -> bool:
        return any(item in part for part in self.lists)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.from_iterable(self.iter_slice(index.start, index.stop, index.step))
        number, inside = self._find(index)
        return self.lists[number][inside]

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
            number, inside = self._find(index)
            self.lists[number][inside] = item

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
        for part in self.lists:
            part.reverse()
        self.lists.reverse()

    def copy(self) -> Self:
        """A new one with the same items."""
        return self.from_iterable(self)

    def clear(self) -> None:
        """Removes all items."""
        self.lists = [[]]

    def remove(self, item: Any) -> None:
        """Removes the first item that equals this one; ValueError if there is none."""
        del self[self.index(item)]

    def count(self, item: Any) -> int:
        """How many items equal this one."""
        return sum(part.count(item) for part in self.lists)

    def index(self, item: Any) -> int:  # type: ignore[override]
        """The index of the first item that equals this one; ValueError if there is none."""
        before = 0
        for part in self.lists:
            if item in part:
                return before + part.index(item)
            before += len(part)
        raise ValueError(f"{item!r} is not in list")


BList = BarrelList


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
