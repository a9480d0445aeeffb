"""What programs do with a cache, one operation at a time, on values of 100 bytes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice, repeat
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door

VALUE = "x" * 100
KILO = b"x" * 1000
SMALL = {"id": 12345, "name": "a small record", "tags": ["a", "b"], "score": 0.5}
COUNT = 1000
KEYS = [f"a key of the cache {number}" for number in range(COUNT)]
PROCESSES = 4


class Place:
    """A cache in a folder of its own, while a case is timed."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self.cache: Any = None
        self.directory = ""

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.directory = tempfile.mkdtemp()
        self.cache = self._make(self.directory)
        yield
        getattr(self.cache, "cache", self.cache).close()
        shutil.rmtree(self.directory)


def cases(door: Door) -> Iterator[Case]:
    api = door.api

    def row(name: str, loop: Callable[[Place, int], None], **more: Any) -> Case:
        place = Place(more.pop("make", partial(_filled, api)))
        return Case(name, "100 bytes", partial(loop, place), around=place, **more)

    recent = partial(_filled, api, eviction_policy="least-recently-used")
    yield row("get hit", _get_hit)
    yield row("get hit, LRU", _get_hit, make=recent)
    yield row("get miss", _get_miss)
    yield row("in", _contains)
    yield row("set new", _set_new)
    yield row("overwrite", _overwrite)
    yield row("incr", _incr)
    yield row("set and delete", _set_delete)
    yield row("set inside a transaction", _set_inside)
    full = partial(_full, api)
    yield row("evicting set", _evicting, make=full)
    yield row("memoize hit", _memoized)
    yield row("Deque append and popleft", _deque, make=lambda folder: api.Deque((), folder))
    yield row("push and pull", _queue)
    yield row("small dict set", _set_dict)
    yield row("small dict get", _get_dict)
    yield row("open existing", partial(_open, api))
    for processes in (1, PROCESSES):
        loop = partial(_mixed, api, processes)
        yield row(f"90/9/1 mix, {processes} processes", loop, clock=time.perf_counter, slow=True)


def _filled(api: Any, directory: str, **settings: Any) -> Any:
    cache = api.Cache(directory, **settings)
    with cache.transact():
        for key in KEYS:
            cache[key] = VALUE
    return cache


def _full(api: Any, directory: str) -> Any:
    cache = api.Cache(directory, size_limit=2**21)
    for number in range(3000):
        cache[number] = KILO
    return cache


def _get_hit(place: Place, n: int) -> None:
    cache = place.cache
    for key in islice(cycle(KEYS), n):
        cache.get(key)


def _get_miss(place: Place, n: int) -> None:
    cache = place.cache
    for key in islice(cycle(range(COUNT)), n):
        cache.get(key)


def _contains(place: Place, n: int) -> None:
    cache = place.cache
    for key in islice(cycle(KEYS), n):
        key in cache  # noqa: B015


def _set_new(place: Place, n: int) -> None:
    cache, start = place.cache, len(place.cache)
    for key in range(start, start + n):
        cache[key] = VALUE


def _set_delete(place: Place, n: int) -> None:
    cache = place.cache
    for key in range(n):
        cache[key] = VALUE
        cache.delete(key)


def _overwrite(place: Place, n: int) -> None:
    cache = place.cache
    for key in islice(cycle(KEYS), n):
        cache[key] = VALUE


def _incr(place: Place, n: int) -> None:
    cache = place.cache
    for _ in repeat(None, n):
        cache.incr("count")


def _set_inside(place: Place, n: int) -> None:
    cache, start = place.cache, len(place.cache)
    with cache.transact():
        for key in range(start, start + n):
            cache[key] = VALUE


def _evicting(place: Place, n: int) -> None:
    cache = place.cache
    for key in range(10_000, 10_000 + n):
        cache[key] = KILO


def _memoized(place: Place, n: int) -> None:
    @place.cache.memoize(name="function")
    def function(number: int, text: str) -> str:
        return text * number

    for number in islice(cycle(range(100)), n):
        function(number, "text")


def _deque(place: Place, n: int) -> None:
    deque = place.cache
    for _ in repeat(None, n):
        deque.append(VALUE)
        deque.popleft()


def _queue(place: Place, n: int) -> None:
    cache = place.cache
    for _ in repeat(None, n):
        cache.push(VALUE)
        cache.pull()


def _set_dict(place: Place, n: int) -> None:
    cache = place.cache
    for key in islice(cycle(KEYS), n):
        cache[key] = SMALL


def _get_dict(place: Place, n: int) -> None:
    cache = place.cache
    cache["small"] = SMALL
    for _ in repeat(None, n):
        cache["small"]


def _open(api: Any, place: Place, n: int) -> None:
    for _ in repeat(None, n):
        api.Cache(place.directory).close()


def _mixed(api: Any, processes: int, place: Place, n: int) -> None:
    """Of a hundred operations 90 read, 9 write and 1 deletes, on keys all processes share.

    What is counted are 60,000 operations of all processes together, so that starting the processes
    counts little.
    """
    children, n = [], n * 60_000
    for number in range(processes):
        child = os.fork()
        if not child:
            cache, keys = api.Cache(place.directory), KEYS
            for step in range(number, n, processes):
                key, kind = keys[step * 7919 % COUNT], step // processes % 100
                if kind < 90:
                    cache.get(key)
                elif kind < 99:
                    cache.set(key, VALUE)
                else:
                    cache.delete(key)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
