"""Types for annotations that programs of pyrsistent import from pyrsistent.typing."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence, Sized
from typing import Any, Generic, TypeVar

__all__ = [
    "CheckedPMap",
    "CheckedPSet",
    "CheckedPVector",
    "PBag",
    "PDeque",
    "PList",
    "PMap",
    "PSet",
    "PVector",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
KT = TypeVar("KT")
VT = TypeVar("VT")
VT_co = TypeVar("VT_co", covariant=True)


class CheckedPMap(Mapping[KT, VT_co], Hashable):
    pass


class CheckedPSet(Generic[T_co], Hashable):
    pass


class CheckedPVector(Sequence[T_co], Hashable):
    pass


class PBag(Container[Any], Iterable[T_co], Sized, Hashable):
    pass


class PDeque(Sequence[T_co], Hashable):
    pass


class PList(Sequence[T_co], Hashable):
    pass


class PMap(Mapping[KT, VT_co], Hashable):
    pass


class PSet(Generic[T_co], Hashable):
    pass


class PVector(Sequence[T_co], Hashable):
    pass


class PVectorEvolver(Generic[T]):
    pass


class PMapEvolver(Generic[KT, VT]):
    pass


class PSetEvolver(Generic[T]):
    pass
