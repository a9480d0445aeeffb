"""A user's program, for the type checkers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mainstay.bolts.cacheutils import LRU, ThresholdCounter, cached
from mainstay.bolts.dictutils import OMD, FrozenDict
from mainstay.bolts.iterutils import chunked, flatten, pairwise, remap, research, unique_iter
from mainstay.bolts.listutils import BarrelList
from mainstay.bolts.queueutils import PriorityQueue
from mainstay.bolts.setutils import IndexedSet
from typing_extensions import assert_type

kept: Any = remap({"a": None}, lambda path, key, value: value is not None)
assert_type(research(kept, lambda path, key, value: True), list[tuple[tuple[Any, ...], Any]])
assert_type(flatten([[1], [2]]), list[Any])
assert_type(pairwise([1, 2]), list[tuple[Any, Any]])
assert_type(unique_iter("aab"), Iterator[Any])
chunked(range(5), 2, fill=None)

cache = LRU(max_size=10, on_miss=str)
assert_type(cache.hit_count, int)
assert_type(cache.copy(), LRU)


@cached(cache)
def double(number: int) -> int:
    return number * 2


double(3)
counter = ThresholdCounter(threshold=0.1)
counter.update("aab")
assert_type(counter.most_common(2), list[tuple[Any, int]])

omd = OMD([("a", 1)])
assert_type(omd.items(multi=True), list[tuple[Any, Any]])
assert_type(FrozenDict(a=1).updated(b=2), FrozenDict)

words = IndexedSet("abc")
assert_type(words.index("b"), int)
assert_type(words.union("d"), IndexedSet)
BarrelList(range(3)).insert(1, "x")
queue = PriorityQueue()
queue.add("task", priority=2)


def refused() -> None:
    LRU(max_size="many")  # type: ignore[arg-type]
