"""Persistent double-ended queues: pdeque() and dq() make them, PDeque is their class."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from numbers import Integral
from typing import Any, Generic, TypeVar

from ._plist import plist

__all__ = ["PDeque", "dq", "pdeque"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class PDeque(Generic[T_co]):
    """A persistent deque: two linked lists, of the left part, and of the right part in reverse.

    May be shared by threads.
    """

    __slots__ = ("__weakref__", "_left_list", "_length", "_maxlen", "_right_list")

    _left_list: Any
    _length: int
    _maxlen: Any
    _right_list: Any

    def __new__(
        cls, left_list: Any, right_list: Any, length: int, maxlen: Any = None
    ) -> PDeque[T_co]:
        if maxlen is not None:
            if not isinstance(maxlen, Integral):
                raise TypeError("An integer is required as maxlen")
            if int(maxlen) < 0:
                raise ValueError("maxlen must be non-negative")
        self = super().__new__(cls)
        self._left_list = left_list
        self._right_list = right_list
        self._length = length
        self._maxlen = maxlen
        return self

    def _mirrored(self) -> PDeque[T_co]:
        """The same elements seen from the other end."""
        return PDeque(self._right_list, self._left_list, self._length, self._maxlen)

    @property
    def left(self) -> Any:
        """The first element, or IndexError."""
        if self._left_list:
            return self._left_list.first
        if self._right_list:
            return self._right_list[-1]
        raise IndexError("No elements in empty deque")

    @property
    def right(self) -> Any:
        """The last element, or IndexError."""
        return self._mirrored().left

    @property
    def maxlen(self) -> Any:
        """The most elements there can be, or None."""
        return self._maxlen

    def __iter__(self) -> Iterator[T_co]:
        return chain(self._left_list, self._right_list.reverse())

    def __repr__(self) -> str:
        maxlen = f", maxlen={self._maxlen}" if self._maxlen is not None else ""
        return f"pdeque({list(self)}{maxlen})"

    __str__ = __repr__

    def popleft(self, count: int = 1) -> PDeque[T_co]:
        """Return a deque without the first `count` elements, or as many as there are."""
        if count < 0:
            return self.pop(-count)
        left: Any = self._left_list
        right: Any = self._right_list
        left_over = count
        while left_over > 0 and (left or right):
            if not left:
                left, right = right.reverse(), plist()
            left = left.rest
            left_over -= 1
        if not left:
            left, right = right.reverse(), plist()
        return PDeque(left, right, max(self._length - count, 0), self._maxlen)

    def pop(self, count: int = 1) -> PDeque[T_co]:
        """Return a deque without the last `count` elements, or as many as there are."""
        if count < 0:
            return self.popleft(-count)
        return self._mirrored().popleft(count)._mirrored()

    def append(self, elem: Any) -> PDeque[T_co]:
        """Return a deque with `elem` behind the last element; the first goes if it is full."""
        return self.extend((elem,))

    def appendleft(self, elem: Any) -> PDeque[T_co]:
        """Return a deque with `elem` before the first element; the last goes if it is full."""
        return self.extendleft((elem,))

    def extend(self, iterable: Iterable[Any]) -> PDeque[T_co]:
        """Return a deque with what `iterable` gives behind the last element."""
        right = self._right_list
        length = self._length
        for elem in iterable:
            right = right.cons(elem)
            length += 1
        result: PDeque[T_co] = PDeque(self._left_list, right, length, self._maxlen)
        if self._maxlen is not None and length > self._maxlen:
            return result.popleft(length - self._maxlen)
        return result

    def extendleft(self, iterable: Iterable[Any]) -> PDeque[T_co]:
        """Return a deque with each element of `iterable` put before the first, one by one."""
        return self._mirrored().extend(iterable)._mirrored()

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PDeque):
            return NotImplemented
        return tuple(self) < tuple(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PDeque):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __len__(self) -> int:
        return self._length

    def count(self, elem: Any) -> int:
        """How many elements are equal to `elem`."""
        return int(self._left_list.count(elem) + self._right_list.count(elem))

    def remove(self, elem: Any) -> PDeque[T_co]:
        """Return a deque without the first element equal to `elem`, or raise ValueError."""
        left, right = self._left_list, self._right_list
        try:
            left = left.remove(elem)
        except ValueError:
            try:
                right = right.reverse().remove(elem).reverse()
            except ValueError as e:
                raise ValueError(f"{elem} not found in PDeque") from e
        return PDeque(left, right, self._length - 1, self._maxlen)

    def reverse(self) -> PDeque[T_co]:
        """Return the elements in reverse order."""
        return self._mirrored()

    __reversed__ = reverse

    def rotate(self, steps: int) -> PDeque[T_co]:
        """Return a deque turned to the right by `steps`; to the left if it is negative."""
        if not self._length:
            return self
        # More than a whole turn is what is left of it, as with collections.deque.
        steps = steps % self._length if steps >= 0 else -(-steps % self._length)
        popped = self.pop(steps)
        if steps >= 0:
            return popped.extendleft(islice(self.reverse(), steps))
        return popped.extend(islice(self, -steps))

    def __reduce__(self) -> Any:
        return pdeque, (list(self), self._maxlen)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return pdeque(tuple(self)[index], maxlen=self._maxlen)
        if not isinstance(index, Integral):
            raise TypeError(f"'{type(index).__name__}' object cannot be interpreted as an index")
        place = int(index)
        if place >= 0:
            return self.popleft(place).left
        if place + self._length < 0:
            raise IndexError(f"pdeque index {place} out of range {self._length}")
        return self.popleft(place + self._length).left

    index = Sequence.index


_abcs: Any = (Sequence, Hashable)
for _each in _abcs:
    _each.register(PDeque)


def pdeque(iterable: Iterable[T] = (), maxlen: Any = None) -> PDeque[T]:
    """Return a PDeque of what `iterable` gives; the last `maxlen` of it if that is given."""
    elements = tuple(iterable)
    if isinstance(maxlen, Integral) and int(maxlen) >= 0:
        elements = elements[max(len(elements) - int(maxlen), 0) :]
    pivot = len(elements) // 2
    return PDeque(
        plist(elements[:pivot]), plist(elements[pivot:], reverse=True), len(elements), maxlen
    )


def dq(*elements: T) -> PDeque[T]:
    """Return a PDeque of the elements."""
    return pdeque(elements)
