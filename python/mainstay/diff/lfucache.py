"""The cache of distances between pairs: bounded, least recently used goes first.

Not shared between threads: each DeepDiff makes its own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ._sets import SetOrdered
from .helper import not_found


class DistanceCache:
    """Up to `capacity` values by key."""

    def __init__(self, capacity: int) -> None:
        if capacity <= 0:
            raise ValueError("Capacity of DistanceCache needs to be positive.")
        self.capacity = capacity
        self.cache: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        """The value of `key`, or `not_found`."""
        if key not in self.cache:
            return not_found
        value = self.cache.pop(key)
        self.cache[key] = value
        return value

    def set(self, key: Any, report_type: Any = None, value: Any = None) -> None:
        """Keep `value`; with a report type, add it to the set of that type."""
        if report_type:
            content = self.cache.get(key)
            if content is None:
                content = defaultdict(SetOrdered)
            content[report_type].add(value)
            value = content
        self.cache.pop(key, None)
        self.cache[key] = value
        if len(self.cache) > self.capacity:
            del self.cache[next(iter(self.cache))]

    def __contains__(self, key: object) -> bool:
        return key in self.cache


LFUCache = DistanceCache


class DummyLFU:
    """A cache that keeps nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    set = __init__

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Always `not_found`."""
        return not_found

    def __contains__(self, key: object) -> bool:
        return False
