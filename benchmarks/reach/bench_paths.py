"""Reading and changing one value: paths, defaults, errors, assignments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

SMALL = {"a": {"b": {"c": 1}}}
LISTS = {"a": {"b": [1, 2]}}


def _deep() -> dict[str, Any]:
    made: dict[str, Any] = {}
    below = made
    for _ in range(9):
        below = below.setdefault("k", {})
    below["k"] = 1
    return made


def cases(door: Door) -> Iterator[Case]:
    """One call each."""
    glom, api = door.api.glom, door.api
    ten = ".".join(["k"] * 10)
    work: dict[str, Callable[[], Any]] = {
        "path a.b.c": lambda: glom(SMALL, "a.b.c"),
        "path of 10 parts": lambda target=_deep(): glom(target, ten),
        "T['a']['b'][1]": lambda spec=api.T["a"]["b"][1]: glom(LISTS, spec),
        "missing, with default": lambda: glom(SMALL, "a.x.c", default=None),
        "missing, raised": lambda: _raised(api),
        "assign": lambda: api.assign({"a": {"b": {}}}, "a.b.c", 1),
        "assign, missing=dict": lambda: api.assign({}, "a.b.c", 1, missing=dict),
    }
    for row, call in work.items():
        yield Case(row, "one call", own(_calls)(call))


def _raised(api: Any) -> None:
    try:
        api.glom(SMALL, "a.x.c")
    except api.PathAccessError:
        pass


def _calls(call: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            call()

    return loop
