"""Hook calls through wrappers: of the present kind, of the old kind, and with an exception."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.plugins.managers import Kit, calls_of_one, failing_calls, many, registered

COUNTS = (1, 10, 100)
OLD = "an old-style wrapper around 5 implementations"
EXCEPTION = "an exception through 5 wrappers"


def cases(door: Door) -> Iterator[Case]:
    """As many wrappers as implementations; then the two special kinds."""
    kit = Kit.of(door.api)
    for count in COUNTS:
        plugins = many(kit.plain, count) + many(kit.wrapper, count)
        relay = registered(kit.manager(), plugins).hook
        yield Case(_row(count), "methods", calls_of_one(relay), path="native")
    relay = registered(kit.manager(), [*many(kit.plain, 5), kit.old_wrapper()]).hook
    yield Case(OLD, "methods", calls_of_one(relay), path="native")
    relay = registered(kit.manager(), [kit.failing(), *many(kit.wrapper, 5)]).hook
    yield Case(EXCEPTION, "methods", failing_calls(relay), path="native")


def by_hand() -> Iterator[Case]:
    """The same functions called and the same generators made, resumed twice and freed, by the
    statements that cost least: what is the interpreter's of a call with wrappers."""
    for count in COUNTS:
        methods = [_Plain().one for _ in range(count)]
        wrappers = [_Wrapper().one for _ in range(count)]
        yield Case(_row(count), "methods", _bare_loop(methods, wrappers))


def _row(count: int) -> str:
    return f"{count} + {count} implementations and wrappers"


class _Plain:
    def one(self, value: object) -> object:
        return value


class _Wrapper:
    def one(self, value: object) -> Iterator[None]:
        return (yield)  # type: ignore[misc]


def _bare_loop(methods: list[Any], wrappers: list[Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            [method(1) for method in methods]
            for wrapper in wrappers:
                for _ in wrapper(1):
                    pass

    return loop
