"""A set with an order and indexes (`IndexedSet`), and sets of all that is left out (`complement`).

Both are changed by one thread at a time; reading is safe while no thread changes them.
"""

from __future__ import annotations

from _collections_abc import Collection, MutableSet, Set
from itertools import chain

from ._native import Items
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from typing_extensions import Self

__all__ = ["IndexedSet", "complement"]

_MISSING: Any = Sentinel("_MISSING", __name__)


def _in_place(method: Any) -> Any:
    """The operator that changes the left side by this method."""

    def operate(self: Any, *others: Iterable[Any]) -> Any:
        method(self, *others)
        return self

    return operate


class IndexedSet(Items, MutableSet):  # type: ignore[type-arg]
    """A set in order of addition whose items have indexes, as those of a list.

    Finding the item of an index, and the index of an item, costs O(log n) once items were removed;
    removing many at once costs one pass. Operators take any iterable; the left side's order stays.

    >>> letters = IndexedSet("hello")
    >>> letters, letters[-1], letters.index("l")
    (IndexedSet(['h', 'e', 'l', 'o']), 'o', 2)
    >>> letters & "heap"
    IndexedSet(['h', 'e'])
    """

    def __init__(self, other: Iterable[Any] | None = None) -> None:
        if other is not None:
            self.update(other)

    @property
    def item_list(self) -> list[Any]:
        """A new list of the items, with a sentinel where one was removed."""
        return self._places(_MISSING)

    @property
    def item_index_map(self) -> dict[Any, int]:
        """A new dict from the items to their places in `item_list`."""
        return {item: at for at, item in enumerate(self.item_list) if item is not _MISSING}

    @property
    def dead_indices(self) -> list[list[int]]:
        """The places of `item_list` without an item, as a list of [start, stop]."""
        holes: list[list[int]] = []
        for place, item in enumerate(self.item_list):
            if item is not _MISSING:
                continue
            if holes and holes[-1][1] == place:
                holes[-1][1] = place + 1
            else:
                holes.append([place, place + 1])
        return holes

    def __reduce__(self) -> Any:
        return self.__class__, (list(self),), self.__dict__ or None

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({list(self)!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IndexedSet):
            return list(self) == list(other)
        try:
            theirs = set(other)  # type: ignore[call-overload]
        except TypeError:
            return False
        return bool(theirs == set(self))

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def from_iterable(cls, it: Iterable[Any]) -> Self:
        """A new one with the items of an iterable."""
        return cls(it)

    _from_iterable = from_iterable

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Whether no item is also in the other."""
        return not any(item in self for item in other)

    def issubset(self, other: Any) -> bool:
        """Whether all items are in the other."""
        return len(other) >= len(self) and all(item in other for item in self)

    def issuperset(self, other: Any) -> bool:
        """Whether all items of the other are in this one."""
        return len(other) <= len(self) and all(item in self for item in other)

    def union(self, *others: Iterable[Any]) -> Self:
        """A new one with the items of this one, then those of the others."""
        return self.from_iterable(chain(self, *others))

    def iter_intersection(self, *others: Iterable[Any]) -> Iterator[Any]:
        """Iterates over the items that are in all of the others, too."""
        return iter(self._select(tuple(map(_lookup, others)), True))

    def intersection(self, *others: Iterable[Any]) -> Self:
        """A new one with the items that are in all of the others, too."""
        return self.from_iterable(self.iter_intersection(*others))

    def iter_difference(self, *others: Iterable[Any]) -> Iterator[Any]:
        """Iterates over the items that are in none of the others."""
        return iter(self._select(tuple(map(_lookup, others)), False))

    def difference(self, *others: Iterable[Any]) -> Self:
        """A new one with the items that are in none of the others."""
        return self.from_iterable(self.iter_difference(*others))

    def symmetric_difference(self, *others: Iterable[Any]) -> Self:
        """A new one with the items of all that are not in each of them."""
        kept = [other if isinstance(other, Collection) else list(other) for other in others]
        return self.union(*kept).difference(self.intersection(*kept))

    __sub__ = difference
    __and__ = __rand__ = intersection
    __xor__ = __rxor__ = symmetric_difference
    __or__ = __ror__ = union

    def __rsub__(self, other: Any) -> Any:
        left = [item for item in other if item not in self]
        return type(other)(left) if isinstance(other, Set) else left  # type: ignore[call-arg]

    def update(self, *others: Iterable[Any]) -> None:
        """Adds the items of the others."""
        for other in others:
            self._add_each(list(other) if other is self else other)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        """Keeps the items that are in all of the others, in one pass."""
        self._assign(self.iter_intersection(*others))

    def difference_update(self, *others: Iterable[Any]) -> None:
        """Removes the items of the others, in one pass."""
        self._assign(self.iter_difference(*others))

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        """Removes the items that the other has, too, and adds those that it alone has."""
        self._assign(list(self.symmetric_difference(other)))

    __ior__ = _in_place(update)
    __iand__ = _in_place(intersection_update)
    __isub__ = _in_place(difference_update)
    __ixor__ = _in_place(symmetric_difference_update)

    def iter_slice(
        self, start: int | None, stop: int | None, step: int | None = None
    ) -> Iterator[Any]:
        """Iterates over a slice. With a negative step that is a slice of the reversed set."""
        forward = step is None or step > 0
        items = list(self) if forward else list(reversed(self))
        return iter(items[slice(start, stop, step if step is None else abs(step))])

    def _slice(self, wanted: slice) -> Self:
        return self.from_iterable(self.iter_slice(wanted.start, wanted.stop, wanted.step))

    def count(self, val: Any) -> int:
        """1 if the value is in the set, else 0."""
        return int(val in self)

    def reverse(self) -> None:
        """Turns the order round."""
        self._assign(list(reversed(self)))

    def sort(self, **kwargs: Any) -> None:
        """Sorts the items; keywords are those of `list.sort`."""
        self._assign(sorted(self, **kwargs))


def _lookup(other: Iterable[Any]) -> Any:
    """What answers quickly whether it has an item: the other itself, or a set of its items."""
    return other if isinstance(other, (Set, dict)) else set(other)


def complement(wrapped: Iterable[Any]) -> _ComplementSet:
    """The set of everything that is not in `wrapped`.

    It has the methods and operators of sets and mixes with them; it has no length and cannot be
    iterated. The complement of a complement is a set again.

    >>> sorted({1, 2, 3} & complement({2}))
    [1, 3]
    >>> 5 in complement({2})
    True
    """
    if isinstance(wrapped, _ComplementSet):
        return wrapped.complemented()
    return _ComplementSet(excluded=wrapped if type(wrapped) in (set, frozenset) else set(wrapped))


class _ComplementSet:
    """Items, and whether they are what is in the set or what is left out of it.

    Each operation is one of `&`, which has three cases, and of turning that flag.
    """

    __slots__ = ("_items", "_left_out")
    _items: Any
    _left_out: bool

    def __init__(self, included: Any = None, excluded: Any = None) -> None:
        if (included is None) == (excluded is None):
            raise ValueError("one of included or excluded must be a set")
        self._left_out = included is None
        self._items = excluded if included is None else included

    @classmethod
    def _of(cls, items: Any, left_out: bool) -> _ComplementSet:
        return cls(None, items) if left_out else cls(items)

    def __repr__(self) -> str:
        inner = f"complement({self._items!r})"
        return inner if self._left_out else f"complement({inner})"

    def complemented(self) -> _ComplementSet:
        """The complement, as a new set."""
        return self._of(self._items, not self._left_out)

    __invert__ = complemented

    def complement(self) -> None:
        """Makes this its own complement."""
        self._left_out = not self._left_out

    def __contains__(self, item: object) -> bool:
        return (item in self._items) != self._left_out

    def add(self, item: Any) -> None:
        """Adds an item."""
        if self._left_out:
            self._items.discard(item)
        else:
            self._items.add(item)

    def remove(self, item: Any) -> None:
        """Removes an item."""
        if self._left_out:
            self._items.add(item)
        else:
            self._items.remove(item)

    def pop(self) -> Any:
        """Removes any item and returns it; NotImplementedError for a complement."""
        if self._left_out:
            raise NotImplementedError
        return self._items.pop()

    def update(self, items: Any) -> None:
        """Adds the items of an iterable or a complement."""
        other = items if isinstance(items, _ComplementSet) else set(items)
        self._become(self._or(*_parts(other)))

    def discard(self, items: Any) -> None:
        """Removes the items of an iterable or a complement."""
        other = items if isinstance(items, _ComplementSet) else set(items)
        self._become(self._minus(*_parts(other)))

    def _become(self, result: _ComplementSet) -> None:
        if result._left_out == self._left_out and isinstance(self._items, set):
            changed = self._items ^ result._items
            self._items ^= changed  # in place: the wrapped set is ours
        else:
            self._items, self._left_out = result._items, result._left_out

    def _and(self, items: Any, left_out: bool) -> _ComplementSet:
        if self._left_out and left_out:
            return self._of(self._items | items, True)
        if self._left_out:
            return self._of(items - self._items, False)
        return self._of(self._items - items if left_out else self._items & items, False)

    def _or(self, items: Any, left_out: bool) -> _ComplementSet:
        return ~(~self)._and(items, not left_out)

    def _minus(self, items: Any, left_out: bool) -> _ComplementSet:
        return self._and(items, not left_out)

    def _xor(self, items: Any, left_out: bool) -> _ComplementSet:
        return self._of(self._items ^ items, self._left_out != left_out)

    def _within(self, items: Any, left_out: bool) -> bool:
        rest = self._minus(items, left_out)
        return not rest._left_out and not rest._items

    def _around(self, items: Any, left_out: bool) -> bool:
        return (~self)._within(items, not left_out)

    def intersection(self, other: Any) -> _ComplementSet:
        """What is in both."""
        return self._and(*_checked(other))

    def union(self, other: Any) -> _ComplementSet:
        """What is in either."""
        return self._or(*_checked(other))

    def difference(self, other: Any) -> _ComplementSet:
        """What is in this one only."""
        return self._minus(*_checked(other))

    def symmetric_difference(self, other: Any) -> _ComplementSet:
        """What is in one of them only."""
        return self._xor(*_checked(other))

    def symmetric_difference_update(self, other: Any) -> None:
        """Keeps what is in one of them only."""
        self._become(self._xor(*_checked(other)))

    def difference_update(self, other: Any) -> None:
        """Removes what is in the other."""
        self._become(self._minus(*_checked(other)))

    def isdisjoint(self, other: Any) -> bool:
        """Whether nothing is in both."""
        return self._within(*_flipped(*_checked(other)))

    def issubset(self, other: Any) -> bool:
        """Whether all of this is in the other."""
        return self._within(*_checked(other))

    def issuperset(self, other: Any) -> bool:
        """Whether all of the other is in this."""
        return self._around(*_checked(other))

    def __and__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._and(*parts) if parts else NotImplemented

    def __or__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._or(*parts) if parts else NotImplemented

    def __xor__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._xor(*parts) if parts else NotImplemented

    def __sub__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._minus(*parts) if parts else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        parts = _parts(other)
        return (~self)._and(*parts) if parts else NotImplemented

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __iand__(self, other: Any) -> Any:
        return self._in_place(self & other)

    def __ior__(self, other: Any) -> Any:
        return self._in_place(self | other)

    def __ixor__(self, other: Any) -> Any:
        return self._in_place(self ^ other)

    def __isub__(self, other: Any) -> Any:
        return self._in_place(self - other)

    def _in_place(self, result: Any) -> Any:
        if not isinstance(result, _ComplementSet):
            return result  # of an operator of the other's class
        self._become(result)
        return self

    def __le__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._within(*parts) if parts else NotImplemented

    def __lt__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._within(*parts) and self != other if parts else NotImplemented

    def __ge__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._around(*parts) if parts else NotImplemented

    def __gt__(self, other: Any) -> Any:
        parts = _parts(other)
        return self._around(*parts) and self != other if parts else NotImplemented

    def __eq__(self, other: object) -> bool:
        parts: object = _parts(other)
        return parts == (self._items, self._left_out)

    def __hash__(self) -> int:
        return hash(self._items) ^ (-self._left_out)

    def __len__(self) -> int:
        if self._left_out:
            raise NotImplementedError("complemented sets have undefined length")
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        if self._left_out:
            raise NotImplementedError("complemented sets have undefined contents")
        return iter(self._items)

    def __bool__(self) -> bool:
        return self._left_out or bool(self._items)


def _parts(other: Any) -> Any:
    """The items of a set or complement and whether they are left out of it; None for others."""
    if isinstance(other, _ComplementSet):
        return other._items, other._left_out
    return (other, False) if isinstance(other, (set, frozenset)) else None


def _checked(other: Any) -> Any:
    parts = _parts(other)
    if parts is None:
        raise TypeError("argument must be another set or complement(set)")
    return parts


def _flipped(items: Any, left_out: bool) -> Any:
    return items, not left_out
