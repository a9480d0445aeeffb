"""Threads share specs, programs and the registry."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from mainstay.reach import Coalesce, Match, PathAccessError, T, assign, glom, register


def _together(*works: Callable[[], None]) -> list[BaseException]:
    start = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            for _ in range(300):
                work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_one_spec_serves_many_threads_while_it_is_changed() -> None:
    spec: dict[str, Any] = {"k": ("rows", [Coalesce("a", T["b"])]), "n": "rows.0.b"}
    target = {"rows": [{"a": 1}, {"b": 2}, {"b": 3, "a": 0}]}
    schema = Match({"rows": [{str: int}]})

    def read() -> None:
        assert glom(target, spec, default=None) in (None, {"k": [1, 2, 0], "n": [{"b": 2}]})
        assert schema.matches(target)
        assert assign({}, "a.b", 1, missing=dict) == {"a": {"b": 1}}

    def change() -> None:
        spec["n"] = ("rows", lambda rows: rows[1:2])
        spec["n"] = "rows.0.b"

    assert _together(read, read, read, change) == []


def test_a_literal_is_copied_as_it_is_before_or_after_a_change() -> None:
    literal: dict[str, Any] = {"k": [1], "m": {}}
    spec = Coalesce("gone", default=literal)

    def read() -> None:
        made = glom({}, spec)
        assert made is not literal and set(made) <= {"k", "m", "n"}

    def change() -> None:
        literal["n"] = [[1, 2]]
        literal["k"][:] = [2, 3]
        del literal["n"]

    assert _together(read, read, change) == []


def test_registering_while_calls_run_gives_the_handlers_of_before_or_after() -> None:
    class Box:
        inside = 1

    def read() -> None:
        try:
            assert glom(Box(), "inside") in (1, 2)
            glom([Box(), 1], ["missing"])
        except PathAccessError:
            pass

    def change() -> None:
        register(Box, get=getattr)
        register(Box, get=lambda box, name: 2)

    assert _together(read, read, change) == []


def test_registering_other_types_while_calls_run_disturbs_none() -> None:
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:

        def read() -> None:
            class Row(dict[str, int]):
                pass

            assert glom(Row(a=1), "a") == 1

        def change() -> None:
            class Other(dict[str, int]):
                pass

            register(Other, get=lambda other, name: 2)

        assert _together(read, read, change) == []
    finally:
        sys.setswitchinterval(switching)
