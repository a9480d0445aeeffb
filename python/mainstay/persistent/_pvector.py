"""Persistent vectors: pvector() and v() make them, PVector is what they are instances of.

There is one implementation, in C++. pyrsistent has two, and an environment variable,
PYRSISTENT_NO_C_EXTENSION, to choose the one in Python; here all its names mean the same.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any, Generic, TypeVar

from . import _native
from ._native import PVector as PythonPVector
from ._native import pvector, python_pvector, v

__all__ = ["PVector", "PythonPVector", "pvector", "python_pvector", "v"]

T_co = TypeVar("T_co", covariant=True)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # For type checkers there is one class: the abstract one has no second set of signatures.
    from ._native import PVector
else:

    class PVector(Generic[T_co], metaclass=ABCMeta):
        """A persistent vector: each change makes a new one. Made by pvector() and v().

        This is the abstract class; `type(v())` is a concrete one. It compares with lists, is hashed
        as an equal tuple is, and may be shared by threads.
        """

        @abstractmethod
        def __len__(self) -> int:
            """The number of elements."""

        @abstractmethod
        def __getitem__(self, index: Any) -> Any:
            """The element at an index, or a PVector of a slice, which costs O(log n)."""

        @abstractmethod
        def __add__(self, other: Any) -> Any:
            """The elements of both: O(log n) when both are PVectors."""

        @abstractmethod
        def __mul__(self, times: int) -> Any:
            """The elements `times` times."""

        @abstractmethod
        def __hash__(self) -> int:
            """The hash of an equal tuple."""

        @abstractmethod
        def evolver(self) -> Any:
            """A mutable stand-in, for many changes at once."""

        @abstractmethod
        def mset(self, *args: Any) -> Any:
            """mset(i, val, ...): a PVector with each val at its i."""

        @abstractmethod
        def set(self, i: int, val: Any) -> Any:
            """A PVector with val at i; at the end if i is len()."""

        @abstractmethod
        def append(self, val: Any) -> Any:
            """A PVector with val behind the last element."""

        @abstractmethod
        def extend(self, obj: Any) -> Any:
            """A PVector with what obj gives behind the last element."""

        @abstractmethod
        def index(self, value: Any, *args: Any, **kwargs: Any) -> int:
            """The place of the first element equal to value."""

        @abstractmethod
        def count(self, value: Any) -> int:
            """How many elements are equal to value."""

        @abstractmethod
        def transform(self, *transformations: Any) -> Any:
            """transform(path, command, ...): a PVector that is changed along each path."""

        @abstractmethod
        def delete(self, index: int, stop: int | None = None) -> Any:
            """A PVector without the element, or without the slice: O(log n)."""

        @abstractmethod
        def remove(self, value: Any) -> Any:
            """A PVector without the first element equal to value."""


for _each in (pvector, python_pvector, v):
    _each.__module__ = __name__  # where pickle finds them
_native.provide(pvector=pvector)
PVector.register(PythonPVector)
_abcs: Any = (Sequence, Hashable)
for _each_abc in _abcs:
    _each_abc.register(PVector)
