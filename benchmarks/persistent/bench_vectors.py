"""Vectors: appending, reading, changing, and what copies everything with the peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

_SIZE = 100_000


def cases(door: Door) -> Iterator[Case]:
    """Elements are ints."""
    vector = door.api.pvector(range(_SIZE))
    places = list(range(0, _SIZE, 97))
    yield Case("vector append", "1,000 from empty", own(_append)(door.api.v()))
    yield Case(f"vector get, {_SIZE:,}", "one by one", own(_get)(vector, places))
    yield Case(f"vector set, {_SIZE:,}", "one by one", own(_set)(vector, places))
    half = door.api.pvector(range(_SIZE // 2))
    many: dict[str, Callable[[], Any]] = {
        "slice": lambda: vector[1000:90_000],
        "concat": lambda: half + half,
        "delete": lambda: vector.delete(_SIZE // 2),
    }
    for name, operation in many.items():
        yield Case(f"{name} at {_SIZE:,}", "ints", own(_again)(operation))


def _append(empty: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            vector = empty
            for i in range(1000):
                vector = vector.append(i)

    return loop


def _get(vector: Any, places: list[int]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for i in places:
                vector[i]

    return loop


def _set(vector: Any, places: list[int]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for i in places:
                vector.set(i, None)

    return loop


def _again(operation: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            operation()

    return loop
