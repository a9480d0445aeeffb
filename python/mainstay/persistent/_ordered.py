"""OrderedPMap: a persistent map that keeps the order of insertion, whatever its size."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

from ._native import PMap, PVector, pmap, pvector

__all__ = ["OrderedPMap"]

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)
U = TypeVar("U")

_HOLE: Any = object()


class OrderedPMap(Mapping[K, V_co], Hashable):
    """A persistent map in the order in which its keys were first set.

    Setting a key that is there keeps its place. Equal to any mapping with the same items, as a dict
    is; hashed as an equal PMap is. Reading costs what it costs in a PMap, a change about twice as
    much. May be shared by threads.

    >>> OrderedPMap({"z": 1}).set("a", 2).set("z", 3)
    OrderedPMap({'z': 3, 'a': 2})
    """

    # A map of keys to places in a vector of items. What was removed leaves a hole there; when more
    # than half are holes the items are put together anew.
    __slots__ = ("__weakref__", "_items", "_places")

    _items: PVector[Any]
    _places: PMap[Any, int]

    def __init__(self, initial: Mapping[K, V_co] | Iterable[tuple[K, V_co]] = ()) -> None:
        items = list(dict(initial).items())
        self._items = pvector(items)
        self._places = pmap({key: place for place, (key, _) in enumerate(items)})

    @classmethod
    def _of(cls, items: Any, places: Any) -> Any:
        self = cls.__new__(cls)
        self._items = items
        self._places = places
        return self

    def __getitem__(self, key: K) -> V_co:
        value: V_co = self._items[self._places[key]][1]
        return value

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[K]:
        return (item[0] for item in self._items if item is not _HOLE)

    def __reversed__(self) -> Iterator[K]:
        return (item[0] for item in reversed(self._items) if item is not _HOLE)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)})"

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __reduce__(self) -> Any:
        return type(self), (dict(self),)

    def set(self, key: K, val: U) -> OrderedPMap[K, V_co | U]:
        """Return a map where `key` has `val`, at its old place if it had one."""
        return self.update({key: val})

    def remove(self, key: K) -> OrderedPMap[K, V_co]:
        """Return a map without `key`, or raise KeyError."""
        places = self._places.remove(key)
        items = self._items.set(self._places[key], _HOLE)
        if len(items) > 2 * len(places):
            left = [item for item in items if item is not _HOLE]
            return type(self)(left)
        made: OrderedPMap[K, V_co] = self._of(items, places)
        return made

    def discard(self, key: K) -> OrderedPMap[K, V_co]:
        """Return a map without `key`; this one if it has none."""
        return self.remove(key) if key in self else self

    @overload
    def update(self, *maps: Mapping[K, U]) -> OrderedPMap[K, V_co | U]: ...
    @overload
    def update(self, *maps: Any) -> OrderedPMap[Any, Any]: ...
    def update(self, *maps: Any) -> OrderedPMap[Any, Any]:
        """Return a map with the items of the mappings too; the last one wins."""
        items, places = self._items.evolver(), self._places.evolver()
        for each in maps:
            for key, value in each.items():
                if key not in places:
                    places[key] = len(items)
                    items.append((key, value))
                elif (old := items[places[key]])[1] is not value:
                    items[places[key]] = (old[0], value)
        if not items.is_dirty():
            return self
        made: OrderedPMap[Any, Any] = self._of(items.persistent(), places.persistent())
        return made

    def __or__(self, other: Mapping[K, U]) -> OrderedPMap[K, V_co | U]:
        return self.update(other) if isinstance(other, Mapping) else NotImplemented

    __add__ = __or__
