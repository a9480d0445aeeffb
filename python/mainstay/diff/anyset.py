"""AnySet: a set of objects of which some cannot be hashed; those are told apart by DeepHash.

Not safe to change from several threads at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ._sets import SetOrdered
from .deephash import DeepHash


class AnySet:
    """Unique objects, hashable or not."""

    def __init__(self, items: Iterable[Any] | None = None) -> None:
        self._set = SetOrdered()
        self._hashes: dict[Any, Any] = {}
        self._hash_to_objects: dict[Any, Any] = {}
        for item in items or ():
            self.add(item)

    def _hash_of(self, item: Any) -> Any:
        return DeepHash(item, hashes=self._hashes)[item]

    def add(self, item: Any) -> None:
        """Add `item` unless an equal one is there."""
        try:
            self._set.add(item)
        except TypeError:
            self._hash_to_objects.setdefault(self._hash_of(item), item)

    def __contains__(self, item: Any) -> bool:
        try:
            return item in self._set
        except TypeError:
            return self._hash_of(item) in self._hash_to_objects

    def pop(self) -> Any:
        """Remove and return one."""
        if self._set:
            return self._set.pop()
        return self._hash_to_objects.pop(next(iter(self._hash_to_objects)))

    def __eq__(self, other: Any) -> bool:
        hashable, unhashable = other
        return bool(self._set == hashable and self._hash_to_objects == unhashable)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"< AnySet {self._set}, {self._hash_to_objects} >"

    __str__ = __repr__

    def __len__(self) -> int:
        return len(self._set) + len(self._hash_to_objects)

    def __iter__(self) -> Iterator[Any]:
        yield from self._set
        yield from self._hash_to_objects.values()

    def __bool__(self) -> bool:
        return bool(self._set or self._hash_to_objects)
