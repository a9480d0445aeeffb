"""Persistent bags: pbag() and b() make them, PBag is their class."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator, Sized
from typing import Any, Generic, NoReturn, TypeVar

from ._pmap import PMap, pmap

__all__ = ["PBag", "b", "pbag"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class PBag(Generic[T_co]):
    """A persistent multiset: how often each element is in it. May be shared by threads."""

    __slots__ = ("__weakref__", "_counts")

    def __init__(self, counts: PMap[Any, int]) -> None:
        self._counts = counts

    def add(self, element: Any) -> PBag[T_co]:
        """Return a bag with one more of `element`."""
        return PBag(self._counts.set(element, self.count(element) + 1))

    def update(self, iterable: Iterable[Any]) -> PBag[T_co]:
        """Return a bag with all that `iterable` gives, too."""
        return PBag(_counted(self._counts, iterable)) if iterable else self

    def remove(self, element: Any) -> PBag[T_co]:
        """Return a bag with one less of `element`, or raise KeyError."""
        count = self.count(element)
        if count == 0:
            raise KeyError(element)
        if count == 1:
            return PBag(self._counts.remove(element))
        return PBag(self._counts.set(element, count - 1))

    def count(self, element: Any) -> int:
        """How often `element` is in the bag."""
        return self._counts.get(element, 0)

    def __len__(self) -> int:
        return sum(self._counts.itervalues())

    def __iter__(self) -> Iterator[T_co]:
        for element, count in self._counts.iteritems():
            for _ in range(count):
                yield element

    def __contains__(self, element: object) -> bool:
        return element in self._counts

    def __repr__(self) -> str:
        return f"pbag({list(self)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not PBag:
            raise TypeError("Can only compare PBag with PBags")
        return bool(self._counts == other._counts)

    def __lt__(self, other: object) -> NoReturn:
        raise TypeError("PBags are not orderable")

    __le__ = __gt__ = __ge__ = __lt__

    def __add__(self, other: Any) -> PBag[T_co]:
        """The elements of both, as often as in both together."""
        if not isinstance(other, PBag):
            return NotImplemented
        return PBag(self._counts.update_with(lambda mine, theirs: mine + theirs, other._counts))

    def __sub__(self, other: Any) -> PBag[T_co]:
        """The elements of this one, each less often by as often as it is in the other."""
        if not isinstance(other, PBag):
            return NotImplemented
        result = self._counts.evolver()
        for element, count in other._counts.iteritems():
            left = self.count(element) - count
            if left > 0:
                result[element] = left
            elif element in self:
                result.remove(element)
        return PBag(result.persistent())

    def __or__(self, other: Any) -> PBag[T_co]:
        """The elements of either, as often as in the one with more of them."""
        if not isinstance(other, PBag):
            return NotImplemented
        return PBag(self._counts.update_with(max, other._counts))

    def __and__(self, other: Any) -> PBag[T_co]:
        """The elements of both, as often as in the one with less of them."""
        if not isinstance(other, PBag):
            return NotImplemented
        pairs = self._counts.iteritems()
        counts = ((element, min(count, other.count(element))) for element, count in pairs)
        return PBag(pmap([(element, count) for element, count in counts if count > 0]))

    def __hash__(self) -> int:
        return hash(self._counts)


def _counted(counts: PMap[Any, int], elements: Iterable[Any]) -> PMap[Any, int]:
    evolver = counts.evolver()
    for element in elements:
        count = evolver[element] if element in evolver else 0  # noqa: SIM401 - it has no get()
        evolver[element] = count + 1
    return evolver.persistent()


def b(*elements: T) -> PBag[T]:
    """Return a PBag of the elements."""
    return pbag(elements)


def pbag(elements: Iterable[T]) -> PBag[T]:
    """Return a PBag of what an iterable gives."""
    return PBag(_counted(pmap(), elements)) if elements else _EMPTY_PBAG


_abcs: Any = (Container, Iterable, Sized, Hashable)
for _each in _abcs:
    _each.register(PBag)
_EMPTY_PBAG: PBag[Any] = PBag(pmap())
