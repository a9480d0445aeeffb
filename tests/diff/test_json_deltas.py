"""Deltas as JSON and as JSON Patch: safe to read, and the same after reading."""

from __future__ import annotations

import datetime
import json
import pickle
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.diff import DeepDiff, Delta
from mainstay.diff._json_patch import PatchError, apply
from mainstay.diff.delta import DeltaError
from mainstay.diff.serialization import pickle_load

from ..generated import exhaustively

VALUES: list[Any] = [
    *(None, True, 1, -1.5, "text", float("inf"), b"\x00\xff", 1 + 2j, (1, (2,)), {1, 2}),
    *(frozenset([3]), {"$tuple": 1}, {1: {"a": 2}}, Decimal("1.10"), Fraction(1, 3), UUID(int=7)),
    *(datetime.datetime(2024, 5, 1, 12), datetime.date(2024, 5, 1), datetime.time(1, 2)),
    datetime.timedelta(days=1, microseconds=3),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_the_same_after_writing_and_reading(value: Any) -> None:
    dumped = Delta(DeepDiff({"x": "old"}, {"x": value})).dumps()
    result = {"x": "old"} + Delta(dumped)
    assert repr(result["x"]) == repr(value)


def test_a_whole_delta_is_the_same_after_writing_and_reading(tmp_path: Any) -> None:
    old = {"a": [1, 2, 3, 4], "b": {1, 2}, "c": (1, 2), "d": {"e": "x\ny"}, "f": 1}
    new = {"a": [2, 3, 9, 4, 5], "b": {2, 3}, "c": (1, 3, 4), "d": {"e": "x\nz"}, "g": 1.5}
    path = tmp_path / "delta.json"
    with path.open("wb") as file:
        Delta(DeepDiff(old, new), bidirectional=True).dump(file)
    delta = Delta(delta_path=str(path), bidirectional=True)
    assert old + delta == new
    assert new - delta == old


def test_an_object_of_a_class_is_refused_with_what_to_do() -> None:
    class Thing:
        pass

    with pytest.raises(TypeError, match=r"cannot hold .*Thing.*; pass serializer="):
        Delta(DeepDiff(1, Thing())).dumps()


def test_a_pickle_is_not_read_unless_it_is_asked_for() -> None:
    with pytest.raises(ValueError, match="this delta is a pickle"):
        Delta(pickle.dumps({"values_changed": {}}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[]", "this is no delta"),
        (b'{"values_changed": {}}', "this is no delta"),
        (b'{"mainstay.delta": 1, "what": {}}', "no changes of kind what"),
        (b'{"mainstay.delta": 1, "values_changed": {"root": {"$type": "eval"}}}', "has no '.type'"),
        (b'{"mainstay.delta": 1, "values_changed": ' + b"[" * 900 + b"]" * 900 + b"}", "deep"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_what_is_no_delta_is_refused_in_words(text: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Delta(text)


@pytest.mark.parametrize(
    ("before", "of", "to"),
    [(10**12, int, bytes), (Decimal("1e999999999"), Decimal, int)],
)
def test_a_delta_from_outside_cannot_fill_the_memory(before: Any, of: Any, to: Any) -> None:
    change = {"root['x']": {"old_type": of, "new_type": to}}
    with pytest.raises(DeltaError, match="is refused"):
        {"x": before} + Delta({"type_changes": change}, raise_errors=True, log_errors=False)


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_dumps_with_changed_bytes_are_read_or_refused(seed: int) -> None:
    r = Random(seed)
    t1, t2 = {"a": [1, (2, b"x")], "s": {1}, "d": 1}, {"a": [3, (2, b"y"), 4], "s": {2}, "e": 1.5}
    text = bytearray(Delta(DeepDiff(t1, t2)).dumps())
    for _ in range(r.randrange(1, 4)):
        place = r.randrange(len(text))
        text[place : place + r.randrange(3)] = r.choice(
            [b"", b"{", b"]", b"$", b"0", b'"', b"null"]
        )
    try:
        delta = Delta(bytes(text), log_errors=False)
    except ValueError:
        return
    try:
        t1 + delta
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        pass  # as with any delta that does not fit


@pytest.mark.parametrize(
    "path",
    [
        "root.__class__.__init__.__globals__['x']",
        "root['a'].__dict__['x']",
        [("root", "GETATTR"), ("__class__", "GETATTR"), ("x", "GETATTR")],
    ],
)
def test_a_delta_from_outside_cannot_reach_code(path: Any) -> None:
    class Victim:
        a = 1

    changes = {tuple(path) if isinstance(path, list) else path: {"new_value": 1}}
    victim = Victim()
    try:
        victim + Delta({"values_changed": changes}, log_errors=False)
    except ValueError as error:
        assert "dunder" in str(error)
    assert not hasattr(Victim, "x")


DOCUMENTS = [
    ({"a": 1, "b": [1, 2, 3]}, {"a": 2, "b": [1, 3, 4, 5]}),
    ({"a/b": {"~": 1}}, {"a/b": {"~": 2, "new": None}}),
    ([{"x": 1}, {"y": 2}], [{"x": 1, "z": []}]),
    ({"rows": list("abcdefg")}, {"rows": list("bcxdehgi")}),
    ({"a": {"b": 1}}, {"a": 1.5}),
]


@pytest.mark.parametrize(("old", "new"), DOCUMENTS)
def test_a_delta_as_json_patch_does_the_same(old: Any, new: Any) -> None:
    delta = Delta(DeepDiff(old, new), always_include_values=True)
    steps = json.loads(json.dumps(delta.to_json_patch()))
    assert apply(old, steps) == new
    assert old + Delta.from_json_patch(steps) == new


def test_what_json_patch_cannot_say_is_refused_by_name() -> None:
    with pytest.raises(PatchError, match="what set_item_added of this delta means"):
        Delta(DeepDiff({1}, {1, 2})).to_json_patch()
    with pytest.raises(PatchError, match="keys of objects are texts"):
        Delta(DeepDiff({1.5: 1}, {1.5: 2})).to_json_patch()


@pytest.mark.parametrize("document", [{1: "a"}, {"a": (1, 2)}, [float("nan")], {"a": {3}}, 2**70])
def test_json_patch_is_for_data_of_json(document: Any) -> None:
    with pytest.raises(PatchError):
        document + Delta.from_json_patch([{"op": "test", "path": "", "value": 1}])


# The appendix of RFC 6902 by its numbers.
RFC: list[tuple[Any, list[dict[str, Any]], Any]] = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    ({"baz": "qux"}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
    (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        {"foo": [1, 2, 3, 4]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": [1, 3, 4, 2]},
    ),
    ({"foo": 1}, [{"op": "test", "path": "/foo", "value": 1.0}], {"foo": 1}),
    (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {}, "xyz": 1}],
        {"foo": "bar", "child": {}},
    ),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    (
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc"]}],
        {"foo": ["bar", ["abc"]]},
    ),
    ({"a": 1}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": 1, "b": 1}),
    ({"a": 1}, [{"op": "replace", "path": "", "value": [1]}], [1]),
]


@pytest.mark.parametrize(("document", "steps", "result"), RFC)
def test_the_examples_of_the_rfc(document: Any, steps: Any, result: Any) -> None:
    assert apply(document, steps) == result


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"op": "add", "path": "/x/y", "value": 1}], 'there is nothing to add to at "/x/y"'),
        ([{"op": "test", "path": "/a", "value": True}], 'what is at "/a" is not what'),
        ([{"op": "remove", "path": "/b/01"}], 'there is nothing at "/b/01"'),
        ([{"op": "add", "path": "/b/9", "value": 1}], '"9" is no position in the 1 items'),
        ([{"op": "spin", "path": "/a"}], '"op" is add, remove'),
        ([{"op": "add", "path": "a", "value": 1}], "a JSON Pointer is empty or begins with '/'"),
        ([{"op": "add", "path": "/a"}], '"add" needs a "value"'),
        ([{"op": "move", "from": "/b", "path": "/b/0"}], "nothing can be moved into itself"),
        ([{"op": "add", "path": "/a", "value": {1, 2}}], "not JSON serializable"),
        ([{"op": "copy", "from": "", "path": "/b/-"}] * 60, "copies more than is allowed"),
    ],
)
def test_a_patch_that_does_not_fit_changes_nothing(steps: Any, message: str) -> None:
    document = {"a": 1, "b": [1]}
    with pytest.raises(PatchError, match=message):
        apply(document, [{"op": "add", "path": "/new", "value": 1}, *steps])
    assert document == {"a": 1, "b": [1]}


FORCED: dict[str, Any] = {"force": True, "raise_errors": True}
STEPS = [["raise_errors", "GETATTR"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"values_changed": {"root[0]": {"new_value": 1, "new_path": STEPS}}},
        {"iterable_item_moved": {"root[0]": {"new_path": "root[0]"}}},
        {"_iterable_opcodes": {"root": [{"$opcode": ["jump", 0, 1, 0, 1]}]}},
        {"_iterable_opcodes": {"root": [{"$opcode": ["insert", 0, 1, 0, 1]}]}},
        {"_iterable_opcodes": {"root": [{"$opcode": ["equal", "a", 1, 0, 1]}]}},
    ],
    ids=str,
)
def test_a_delta_that_leaves_the_root_or_lacks_a_part_is_not_read(changes: Any) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        Delta(json.dumps({"mainstay.delta": 1, **changes}))


def test_a_delta_cannot_fill_the_memory() -> None:
    far = "root[100000000000]"
    with pytest.raises(ValueError, match="is refused"):
        _ = [] + Delta({"iterable_item_added": {far: 1}}, fill=None)
    with pytest.raises(DeltaError, match="is refused"):
        _ = [] + Delta({"values_changed": {far + "[0][0]": {"new_value": 1}}}, **FORCED)
    change = {"root": {"old_type": str, "new_type": Fraction}}
    with pytest.raises(DeltaError, match="digits is refused"):
        _ = "1e999999999" + Delta({"type_changes": change}, raise_errors=True)
    assert "1/3" + Delta({"type_changes": change}, raise_errors=True) == Fraction(1, 3)


def test_a_patch_is_not_made_of_what_json_does_not_hold() -> None:
    with pytest.raises(PatchError, match="JSON cannot hold"):
        Delta(DeepDiff([1], [{1, 2}])).to_json_patch()


def test_a_pickle_that_sets_attributes_of_a_class_is_refused_and_undone() -> None:
    build = b"\x80\x04\x8c\x09fractions\x8c\x08Fraction\x93N}\x8c\x07__add__K\x05s\x86b."
    with pytest.raises(pickle.UnpicklingError, match="sets attributes of classes"):
        pickle_load(build)
    assert Fraction(1, 3) + 1 == Fraction(4, 3)
