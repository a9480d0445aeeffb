"""Dicts, sets and lists: built, read, changed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import count, repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

PAIRS = [(f"k{i % 700}", i) for i in range(1000)]
KEYS = [i % 1000 for i in range(10_000)]


def cases(door: Door) -> Iterator[Case]:
    """A row per operation; those of many items name their number."""
    with door.active():
        dicts, caches, sets, lists, queues = (
            import_module(f"{door.api.__name__}.{name}utils")
            for name in ("dict", "cache", "set", "list", "queue")
        )
    omd = dicts.OMD(PAIRS)
    yield Case("OMD build, 1,000 pairs", "300 keys twice", own(_call)(dicts.OMD, PAIRS))
    yield Case("OMD get", "two values", own(_read)(omd, "k5"))
    yield Case("OMD overwrite", "one value", own(_write)(dicts.OMD(PAIRS), "k5"))
    yield Case("OMD items(multi=True)", "1,000 items", own(_items)(omd))

    cache = caches.LRU(128)
    cache.update((key, key) for key in range(100))
    yield Case("LRU hit", "of 100", own(_read)(cache, 50))
    yield Case("LRU churn", "size 128", own(_churn)(caches.LRU(128)))

    double = caches.cached(caches.LRU())(lambda number: 2 * number)
    yield Case("cached hit", "one argument", own(_ask)(double))
    counter = caches.ThresholdCounter(0.001)
    yield Case("ThresholdCounter.add, 10,000", "1,000 keys", own(_count)(counter))

    yield Case("IndexedSet build, 10,000", "1,000 items", own(_call)(sets.IndexedSet, KEYS))
    holed = sets.IndexedSet(range(10_000))
    for key in range(0, 3000, 7):
        holed.discard(key)
    yield Case("IndexedSet [i]", "after removals", own(_read)(holed, 7000))
    removed = set(range(0, 10_000, 2))
    yield Case("IndexedSet difference_update", "5,000 of 10,000", own(_remove)(sets, removed))

    barrel = lists.BarrelList(range(20_000))
    yield Case("BarrelList insert", "into the middle of 20,000", own(_insert)(barrel))
    queue = queues.HeapPriorityQueue()
    for key in range(100):
        queue.add(key, key)
    yield Case("HeapPriorityQueue add and pop", "of 100", own(_queue)(queue))


def _call(function: Any, argument: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            function(argument)

    return loop


def _read(container: Any, key: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            container[key]

    return loop


def _write(container: Any, key: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            container[key] = 1

    return loop


def _items(omd: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            omd.items(multi=True)

    return loop


def _churn(cache: Any) -> Loop:
    keys = count()

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            cache[next(keys)] = None

    return loop


def _ask(function: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            function(5)

    return loop


def _count(counter: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for key in KEYS:
                counter.add(key)

    return loop


def _remove(sets: Any, removed: set[int]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            sets.IndexedSet(range(10_000)).difference_update(removed)

    return loop


def _insert(barrel: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            barrel.insert(10_000, None)
            barrel.pop(10_000)

    return loop


def _queue(queue: Any) -> Loop:
    tasks = count(1000)

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            queue.add(next(tasks), 50)
            queue.pop()

    return loop
