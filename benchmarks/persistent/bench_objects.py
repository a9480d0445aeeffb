"""Records and whole structures: PClass, PRecord, freeze, thaw, transform."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own


def cases(door: Door) -> Iterator[Case]:
    """Three fields with types; a document of 100 articles."""
    api = door.api
    for kind in ("PClass", "PRecord"):
        fields = {
            "x": api.field(type=int),
            "y": api.field(type=int),
            "name": api.field(type=str, mandatory=True),
        }
        base = getattr(api, kind)
        cls = type(base)("Point", (base,), fields)
        yield Case(f"{kind} create", "three fields", own(_create)(cls))
        yield Case(f"{kind} set", "one field", own(_set)(cls(x=1, y=2, name="a")))
    articles = [
        {"id": i, "title": f"title {i}", "tags": ["a", "b"], "author": {"name": "x", "mail": "y"}}
        for i in range(100)
    ]
    document = {"articles": articles}
    frozen = api.freeze(document)
    yield Case("freeze 100 articles", "dicts and lists", own(_convert)(api.freeze, document))
    yield Case("thaw 100 articles", "maps and vectors", own(_convert)(api.thaw, frozen))
    deep = ["articles", 50, "author", "name"]
    yield Case("transform one path", "four keys", own(_transform)(frozen, deep, "z"))
    each = ["articles", api.ny, "id"]
    yield Case("transform 100 matches", "ny", own(_transform)(frozen, each, api.inc))


def _create(cls: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            cls(x=1, y=2, name="a")

    return loop


def _set(point: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            point.set(x=3)

    return loop


def _convert(function: Any, document: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            function(document)

    return loop


def _transform(document: Any, path: list[Any], command: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            document.transform(path, command)

    return loop
