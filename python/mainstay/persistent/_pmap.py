"""Persistent maps: pmap() and m() make them, PMap is their class.

The map itself is native. Here are the views that values() and items() give.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from . import _native
from ._native import PMap, m, pmap

__all__ = ["PMap", "PMapItems", "PMapValues", "PMapView", "m", "pmap"]

KT = TypeVar("KT")
VT_co = TypeVar("VT_co", covariant=True)


class PMapView(Generic[KT, VT_co]):
    """What values() and items() have in common: a map that is looked at, at no cost."""

    _map: PMap[KT, VT_co]

    def __init__(self, m: Mapping[KT, VT_co]) -> None:
        if not isinstance(m, Mapping):
            raise TypeError("PViewMap requires a Mapping object")
        object.__setattr__(self, "_map", m if isinstance(m, PMap) else pmap(m))

    def __len__(self) -> int:
        return len(self._map)

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError(f"{type(self)} is immutable")

    def __reversed__(self) -> Iterator[Any]:
        raise TypeError("Persistent maps are not reversible")


class PMapValues(PMapView[KT, VT_co]):
    """The values of a map. Never equal to another view: values are not sorted and not unique."""

    def __iter__(self) -> Iterator[VT_co]:
        return self._map.itervalues()

    def __contains__(self, value: object) -> bool:
        return any(each is value or each == value for each in self._map.itervalues())

    def __repr__(self) -> str:
        return f"pmap_values({list(self)})"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


class PMapItems(PMapView[KT, VT_co]):
    """The items of a map, equal to those of an equal map."""

    def __iter__(self) -> Iterator[tuple[KT, VT_co]]:
        return self._map.iteritems()

    def __contains__(self, item: object) -> bool:
        pair: Any = item
        try:
            key, value = pair
        except Exception:
            return False
        return key in self._map and bool(self._map[key] == value)

    def __repr__(self) -> str:
        return f"pmap_items({list(self)})"

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, type(self)) and bool(self._map == other._map)

    __hash__ = None  # type: ignore[assignment]


for _each in (m, pmap):
    _each.__module__ = __name__  # where pickle finds them
_native.provide(Mapping=Mapping, PMapItems=PMapItems, PMapValues=PMapValues, pmap=pmap)
_abcs: Any = (Mapping, Hashable)
for _each_abc in _abcs:
    _each_abc.register(PMap)
