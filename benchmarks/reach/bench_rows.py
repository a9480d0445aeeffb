"""Specs over many rows: objects to dicts, an API's answer, wildcards, filters, patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from types import SimpleNamespace
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

OBJECTS = [
    SimpleNamespace(id=n, short_name=f"n{n}", external_id="e", created_date="now")
    for n in range(1000)
]
ROWS = [
    {
        "id": n,
        "user": {"login": f"u{n}", "emails": [{"v": "a"}, {"v": "b"}]},
        "labels": [{"name": "x"}, {"name": "y"}],
        "milestone": None if n % 2 else {"title": "t"},
    }
    for n in range(300)
]
ANSWER = {"data": {"items": ROWS}}


def cases(door: Door) -> Iterator[Case]:
    """One call over all rows each."""
    api, t = door.api, door.api.T
    to_dicts = [
        {"id": ("id", str), "name": "short_name", "external": "external_id", "at": "created_date"}
    ]
    by_t = [
        {"id": (t.id, str), "name": t.short_name, "external": t.external_id, "at": t.created_date}
    ]
    reshape = [
        {
            "id": "id",
            "login": "user.login",
            "emails": ("user.emails", ["v"]),
            "labels": ("labels", ["name"]),
            "milestone": api.Coalesce("milestone.title", default=None),
        }
    ]
    schema = api.Match(
        [
            {
                "id": int,
                "user": {"login": str, "emails": [{"v": str}]},
                "labels": [{"name": str}],
                "milestone": api.Or(None, {"title": str}),
            }
        ]
    )
    odd = [lambda n: n if n % 2 else api.SKIP]
    work: dict[str, tuple[Any, Any]] = {
        "1,000 objects to dicts": (OBJECTS, to_dicts),
        "1,000 objects to dicts, by T": (OBJECTS, by_t),
        "reshape of an answer": (ROWS, reshape),
        "data.items.*.user.login": (ANSWER, "data.items.*.user.login"),
        "filter with a lambda": (list(range(1000)), odd),
        "match of a schema": (ROWS, schema),
        "Iter, map and filter": (
            ROWS,
            api.Iter().map("user.login").filter(lambda login: login != "u3").all(),
        ),
    }
    for row, (target, spec) in work.items():
        yield Case(row, "all rows", own(_calls)(api.glom, target, spec))


def _calls(glom: Callable[[Any, Any], Any], target: Any, spec: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            glom(target, spec)

    return loop
