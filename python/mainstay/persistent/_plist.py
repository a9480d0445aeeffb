"""Persistent linked lists: plist() and l() make them, PList is the class of those with elements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from numbers import Integral
from typing import Any, Generic, TypeVar

__all__ = ["PList", "l", "plist"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _PListBase:
    __slots__ = ("__weakref__",)

    first: Any
    rest: Any

    count = Sequence.count
    index = Sequence.index

    def __reduce__(self) -> Any:
        return plist, (list(self),)

    def __len__(self) -> int:
        """The number of elements. Takes time in proportion to it."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"plist({list(self)})"

    __str__ = __repr__

    def cons(self, elem: Any) -> PList[Any]:
        """Return a list with `elem` before the first element."""
        return PList(elem, self)

    def mcons(self, iterable: Iterable[Any]) -> Any:
        """Return a list with each element of `iterable` put before the first, one by one."""
        head: Any = self
        for elem in iterable:
            head = PList(elem, head)
        return head

    def reverse(self) -> Any:
        """Return the elements in reverse order."""
        return _EMPTY_PLIST.mcons(self)

    __reversed__ = reverse

    def split(self, index: int) -> tuple[Any, Any]:
        """Return the first `index` elements and the rest."""
        first: list[Any] = []
        right: Any = self
        while right and len(first) < index:
            first.append(right.first)
            right = right.rest
        if not right:
            return self, _EMPTY_PLIST
        return plist(first), right

    def __iter__(self) -> Iterator[Any]:
        node: Any = self
        while node:
            yield node.first
            node = node.rest

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, _PListBase):
            return NotImplemented
        return tuple(self) < tuple(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _PListBase):
            return NotImplemented
        mine: Any = self
        theirs: Any = other
        while mine and theirs:
            if mine is theirs:
                return True
            if not mine.first == theirs.first:
                return False
            mine, theirs = mine.rest, theirs.rest
        return not mine and not theirs

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            if index.start is not None and index.stop is None and index.step in (None, 1):
                return self._drop(index.start)
            return plist(tuple(self)[index])
        if not isinstance(index, Integral):
            raise TypeError(f"'{type(index).__name__}' object cannot be interpreted as an index")
        place = int(index)
        try:
            return self._drop(place + len(self) if place < 0 else place).first
        except AttributeError as e:
            raise IndexError("PList index out of range") from e

    def _drop(self, count: int) -> Any:
        if count < 0:
            raise IndexError("PList index out of range")
        head: Any = self
        while count > 0 and head:
            head = head.rest
            count -= 1
        return head

    def __hash__(self) -> int:
        return hash(tuple(self))

    def remove(self, elem: Any) -> Any:
        """Return the list without the first element equal to `elem`, or raise ValueError."""
        before: list[Any] = []
        head: Any = self
        while head:
            if head.first == elem:
                return head.rest.mcons(reversed(before))
            before.append(head.first)
            head = head.rest
        raise ValueError(f"{elem} not found in PList")


class PList(Generic[T_co], _PListBase):
    """A persistent linked list with at least one element. May be shared by threads."""

    __slots__ = ("first", "rest")

    def __new__(cls, first: Any, rest: Any) -> PList[T_co]:
        self = super().__new__(cls)
        self.first = first
        self.rest = rest
        return self

    def __bool__(self) -> bool:
        return True


class _EmptyPList(_PListBase):
    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    @property
    def first(self) -> Any:
        raise AttributeError("Empty PList has no first")

    @property
    def rest(self) -> Any:
        return self


_abcs: Any = (Sequence, Hashable)
for _each in _abcs:
    _each.register(PList)
    _each.register(_EmptyPList)

_EMPTY_PLIST: Any = _EmptyPList()


def plist(iterable: Iterable[T] = (), reverse: bool = False) -> PList[T]:
    """Return a PList of what `iterable` gives; in reverse order if asked to."""
    made: PList[T] = _EMPTY_PLIST.mcons(iterable if reverse else reversed(list(iterable)))
    return made


def l(*elements: T) -> PList[T]:  # noqa: E743 - the peer's name
    """Return a PList of the elements."""
    return plist(elements)
