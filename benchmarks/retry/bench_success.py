"""Decorated functions that succeed at once: what a policy costs when nothing goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import Functions, in_each_shape
from benchmarks.retry.policies import typical

DEFAULT = "success at once, default policy"
TYPICAL = "success at once, typical policy"


def cases(door: Door) -> Iterator[Case]:
    """The default policy by the bare decorator, and a typical one."""
    for variant, loop in in_each_shape(_functions(), door.api.retry):
        yield Case(DEFAULT, variant, loop, path="native")
    for variant, loop in in_each_shape(_functions(), door.api.retry(**typical(door.api))):
        yield Case(TYPICAL, variant, loop, path="native")


def by_hand() -> Iterator[Case]:
    """The bare call: what is left when nothing is decorated."""
    for row in (DEFAULT, TYPICAL):
        for variant, loop in in_each_shape(_functions(), lambda function: function):
            yield Case(row, variant, loop)


def _functions() -> Functions:
    def plain() -> str:
        return "done"

    def two(first: Any, second: Any) -> str:
        return "done"

    def keywords(*, host: Any, port: Any) -> str:
        return "done"

    def method(self: Any) -> str:
        return "done"

    return Functions(plain, two, keywords, method)
