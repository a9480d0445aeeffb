"""Nested data walked over, iterables grouped and cut."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

USERS = {
    "users": [
        {"id": n, "name": f"n{n}", "tags": ["a", None], "at": (1.0, 2.0), "more": {"x": None}}
        for n in range(200)
    ]
}
NESTED = [[list(range(10)), tuple(range(5))] for _ in range(200)]
NUMBERS = [n % 1000 for n in range(10_000)]
REACHED = {"a": {"b": [{"c": 5}]}}


def cases(door: Door) -> Iterator[Case]:
    """Each operation on a document of 2,000 nodes or 10,000 numbers."""
    with door.active():
        api = import_module(f"{door.api.__name__}.iterutils")

    def is_there(path: Any, key: Any, value: Any) -> bool:
        return value is not None

    def is_seven(path: Any, key: Any, value: Any) -> bool:
        return bool(value == 7)

    yield Case("remap, a copy", "2,000 nodes", own(_call)(api.remap, USERS))
    yield Case("remap without None", "2,000 nodes", own(_call)(api.remap, USERS, is_there))
    yield Case("research", "2,000 nodes", own(_call)(api.research, USERS, is_seven))
    yield Case("flatten", "3,000 numbers", own(_call)(api.flatten, NESTED))
    yield Case("get_path", "a tuple of 4", own(_call)(api.get_path, REACHED, ("a", "b", 0, "c")))
    yield Case("get_path of a text", "4 parts", own(_call)(api.get_path, REACHED, "a.b.0.c"))
    for name in ("unique", "redundant", "bucketize", "partition"):
        yield Case(name, "10,000 numbers", own(_call)(getattr(api, name), NUMBERS))
    yield Case("chunked", "tens of 10,000", own(_call)(api.chunked, NUMBERS, 10))
    yield Case("windowed", "threes of 10,000", own(_call)(api.windowed, NUMBERS, 3))
    yield Case("pairwise", "10,000 numbers", own(_call)(api.pairwise, NUMBERS))
    yield Case("split", "10,000 numbers at 7", own(_call)(api.split, NUMBERS, 7))


def _call(function: Any, *arguments: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            function(*arguments)

    return loop
