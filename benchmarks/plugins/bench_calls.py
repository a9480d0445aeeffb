"""Hook calls without wrappers: by the number of implementations, and up to the first result."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.plugins.managers import (
    Kit,
    calls,
    calls_of_first,
    calls_of_one,
    calls_of_three,
    many,
    registered,
)

COUNTS = (0, 1, 5, 10, 100)
FIRST = "firstresult, 5 implementations without a result"
SUBSET = "a subset caller, 10 implementations without one"
EXTRA = "call_extra, 5 implementations and 1 more"


def cases(door: Door) -> Iterator[Case]:
    """Methods and functions of modules; one argument, and two of three."""
    kit = Kit.of(door.api)
    for count in COUNTS:
        methods = registered(kit.manager(), many(kit.plain, count)).hook
        yield Case(_row(count), "methods, one argument", calls_of_one(methods), path="native")
        yield Case(_row(count), "methods, two of three", calls_of_three(methods), path="native")
        modules = registered(kit.manager(), many(kit.module, count)).hook
        yield Case(_row(count), "functions, one argument", calls_of_one(modules), path="native")
    silent = registered(kit.manager(), many(kit.plain, 5)).hook
    yield Case(FIRST, "methods, one argument", calls_of_first(silent), path="native")
    plugins = many(kit.plain, 10)
    subset = registered(kit.manager(), plugins).subset_hook_caller("one", [plugins[3]])
    yield Case(SUBSET, "methods, one argument", calls(subset), path="native")
    some = registered(kit.manager(), many(kit.plain, 5)).hook
    yield Case(EXTRA, "a function", _extra_calls(some))


def by_hand() -> Iterator[Case]:
    """The loop a program would write over a list of bound methods."""
    for count in COUNTS:
        methods = [_Plain().one for _ in range(count)]
        yield Case(_row(count), "methods, one argument", _loop_by_hand(methods))


def _row(count: int) -> str:
    return f"a call with {count} implementation{'' if count == 1 else 's'}"


class _Plain:
    def one(self, value: object) -> object:
        return value


def _loop_by_hand(methods: list[Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            [result for method in methods if (result := method(1)) is not None]

    return loop


def _extra_calls(relay: Any) -> Loop:
    def extra(value: object) -> object:
        return value

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.one.call_extra([extra], {"value": 1})

    return loop
