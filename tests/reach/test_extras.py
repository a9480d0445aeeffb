"""What the peer lacks: all problems, many places, containers by path, specs from data, programs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mainstay import reach
from mainstay.reach import (
    BadSpec,
    Match,
    Optional,
    Problem,
    T,
    _native,
    assign,
    assign_all,
    containers,
    delete_all,
    from_data,
    problems,
)


def test_all_problems_are_found_with_their_pointers() -> None:
    pattern = Match({"id": int, "tags": [str], Optional("note"): str, "a/b": object})
    document = {"id": "1", "tags": ["x", 2, None], "extra": 0}
    assert problems(document, pattern) == [
        Problem("/id", "expected type int, not str"),
        Problem("/tags/1", "expected type str, not int"),
        Problem("/tags/2", "expected type str, not NoneType"),
        Problem("/extra", "key 'extra' is not wanted here; remove it"),
        Problem("/a~1b", "is missing; add it"),
    ]
    assert problems({"id": 1, "tags": [], "a/b": 0}, pattern) == []


def test_a_document_that_contains_itself_is_a_problem_and_no_crash() -> None:
    document: dict[str, Any] = {}
    document["below"] = document
    pattern: dict[str, Any] = {}
    pattern["below"] = pattern
    assert [problem.message for problem in problems(document, pattern)] == [
        "nested more than 200 deep"
    ]


def test_containers_makes_lists_where_positions_follow() -> None:
    assert assign({}, "a.0.b", 1, missing=containers) == {"a": [{"b": 1}]}
    assert assign({"a": [1]}, "a.1", 2, missing=containers) == {"a": [1, 2]}
    with pytest.raises(reach.PathAssignError):
        assign({"a": []}, "a.3", 1, missing=containers)


def test_many_places_are_assigned_and_deleted_in_order() -> None:
    target = {"rows": [{"x": 1}, {"x": 2}], "n": 0}
    assign_all(target, {"rows.*.x": 0, "n": 5})
    assert target == {"rows": [{"x": 0}, {"x": 0}], "n": 5}
    delete_all(target, ["rows.*.x", "n"])
    assert target == {"rows": [{}, {}]}


def test_a_path_that_cannot_be_used_changes_nothing() -> None:
    target: dict[str, Any] = {}
    with pytest.raises(ValueError):
        assign_all(target, {"a": 1, reach.T: 2})
    assert target == {}


def test_specs_from_data_read_and_do_nothing_else() -> None:
    spec = from_data(json.loads('{"who": "user.name", "ids": ["rows", ["id"]]}'))
    target = {"user": {"name": "Ada"}, "rows": [{"id": 1}, {"id": 2}]}
    assert spec.glom(target) == {"who": "Ada", "ids": [1, 2]}


@pytest.mark.parametrize(
    "data", ["a.__class__", "_private", 1, None, [], {"k": {"v": 1}}, ["a", 2]]
)
def test_data_that_reaches_further_is_refused(data: Any) -> None:
    with pytest.raises(BadSpec):
        from_data(data)


def test_data_that_is_nested_or_large_is_refused() -> None:
    deep: Any = "a"
    for _ in range(200):
        deep = [deep]
    with pytest.raises(BadSpec, match="levels"):
        from_data(deep)
    with pytest.raises(BadSpec, match="nodes"):
        from_data({str(n): "a" for n in range(10_001)})


def test_the_shapes_of_the_benchmark_are_compiled() -> None:
    for spec in (
        "a.b.c",
        T["a"]["b"][1],
        [{"id": ("id", str), "name": "name"}],
        [{"l": ("labels", ["name"]), "m": reach.Coalesce("m.title", default=None)}],
        "data.items.*.user.login",
        [lambda x: x],
        Match([{"id": int, "u": {"login": str}, Optional("x"): reach.Or(None, str)}]),
        reach.Assign("a.b", 1, missing=dict),
    ):
        assert _native.is_plain(spec), spec
    for spec in (reach.S.x, [reach.Ref("x")], (reach.Inspect("a"),)):
        assert not _native.is_plain(spec)


def test_a_compiled_spec_keeps_its_program_and_follows_changes() -> None:
    spec: dict[str, Any] = {"k": "a.b"}
    compiled = reach.compile(spec)
    assert compiled.glom({"a": {"b": 1}}) == {"k": 1}
    spec["k"] = "a"
    assert compiled.glom({"a": 2}) == {"k": 2}
    compiled.spec = "a"
    assert compiled.glom({"a": 3}) == 3
    assert pickle.loads(pickle.dumps(reach.compile("a.b"))).glom({"a": {"b": 1}}) == 1
    assert reach.compile((reach.S(v=T), reach.S.v)).glom(1) == 1
    with pytest.raises(reach.PathAccessError, match=r"Spec: 'a\.b'"):
        reach.compile("a.b").glom({})


def test_the_command_prints_json(tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "mainstay", "reach", *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    assert run("a.*.b", '{"a": [{"b": 1}, {"b": 2}]}', "--indent", "0") == (0, "[1, 2]\n")
    assert run("--scalar", "a", '{"a": "x"}') == (0, "x")
    code, text = run("a.x", '{"a": {}}')
    assert code == 1 and "could not access 'x'" in text
    full = ["--spec-format", "python-full", "1 / 0"]
    for spec in (["[", "{}"], ["--spec-format", "json", "{", "{}"], full):
        code, text = run(*spec)
        assert code == 2 and "could not read the spec" in text
    code, text = run("--spec-format", "python-full", "set", "[1]")
    assert code == 1 and "the result is not JSON" in text
    code, text = run("a", "{")
    assert code == 2 and "could not load target data" in text
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff")
    code, text = run("a", "--target-file", str(binary))
    assert code == 2 and "could not read target file" in text
