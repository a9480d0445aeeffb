"""Maps and sets: reading, changing, building, comparing, walking."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

_ASKED = 1000  # keys per operation of a loop, so that the loop itself counts little


def cases(door: Door) -> Iterator[Case]:
    """Keys are texts, as in most programs."""
    api = door.api
    for size in (8, 1000, 100_000):
        map_ = api.pmap(dict.fromkeys(_keys(size), 1))
        asked = (_keys(size) * (_ASKED // size + 1))[:_ASKED] if size < _ASKED else _keys(size)
        step = max(1, len(asked) // _ASKED)
        yield Case(f"map get, {size:,} keys", "texts", own(_get)(map_, asked[::step]))
        if size != 1000:
            yield Case(f"map set, {size:,} keys", "texts", own(_set)(map_, asked[::step]))
    keys = _keys(1000)
    yield Case("build 1,000 by set", "texts", own(_build)(api, keys))
    yield Case("build 1,000 by evolver", "texts", own(_evolve)(api, keys))
    one = api.pmap({key: 1 for key in keys})
    other = api.pmap({key: 1 for key in reversed(keys)})
    yield Case("== of maps of 1,000", "built apart", own(_compare)(one, other))
    yield Case("iterate items", "10,000", own(_iterate)(api.pmap(dict.fromkeys(_keys(10_000), 1))))
    more = api.pmap({f"more {key}": 1 for key in keys})
    yield Case("update of 1,000 into 1,000", "a map", own(_update)(one, more))
    yield Case("pset add", "to 1,000", own(_add)(api.pset(range(1000))))


def _keys(size: int) -> list[str]:
    return [f"key {i}" for i in range(size)]


def _get(map_: Any, keys: list[str]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for key in keys:
                map_[key]

    return loop


def _set(map_: Any, keys: list[str]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for key in keys:
                map_.set(key, None)

    return loop


def _build(api: Any, keys: list[str]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            map_ = api.pmap()
            for key in keys:
                map_ = map_.set(key, 1)

    return loop


def _evolve(api: Any, keys: list[str]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            evolver = api.pmap().evolver()
            for key in keys:
                evolver[key] = 1
            evolver.persistent()

    return loop


def _compare(one: Any, other: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            one == other  # noqa: B015

    return loop


def _iterate(map_: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for _key, _value in map_.items():
                pass

    return loop


def _update(one: Any, more: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            one.update(more)

    return loop


def _add(set_: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            set_.add(5000)

    return loop
