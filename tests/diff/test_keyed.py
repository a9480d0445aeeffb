"""Keyed lists, pairs by common parts, depth limits: what the peer does not have."""

from __future__ import annotations

from typing import Any

import pytest
from mainstay.diff import DeepDiff, Delta

OLD = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 3, "name": "c"}]
NEW = [{"id": 3, "name": "c"}, {"id": 1, "name": "A"}, {"id": 4, "name": "d"}]


def test_items_are_matched_by_a_field_wherever_they_are() -> None:
    diff = DeepDiff(OLD, NEW, key="id")
    assert diff == {
        "values_changed": {"root[0]['name']": {"old_value": "a", "new_value": "A"}},
        "iterable_item_removed": {"root[1]": {"id": 2, "name": "b"}},
        "iterable_item_added": {"root[2]": {"id": 4, "name": "d"}},
    }


@pytest.mark.parametrize("key", ["root['id']", lambda item: item["id"], {"root": "id"}])
def test_a_key_may_be_a_path_a_function_or_given_by_list(key: Any) -> None:
    assert DeepDiff(OLD, NEW, key=key) == DeepDiff(OLD, NEW, key="id")


def test_a_key_may_be_given_for_the_lists_that_a_glob_means() -> None:
    diff = DeepDiff({"x": OLD, "y": [1, 2]}, {"x": NEW, "y": [2, 1]}, key={"root['x']": "id"})
    assert diff["values_changed"]["root['x'][0]['name']"]["new_value"] == "A"
    assert any(path.startswith("root['y']") for path in diff.affected_paths)


def test_items_without_the_key_and_with_the_same_one_are_matched_in_order() -> None:
    old = [{"id": 1, "n": 1}, {"id": 1, "n": 2}, {"n": 3}]
    new = [{"n": 30}, {"id": 1, "n": 1}, {"id": 1, "n": 20}]
    changed = DeepDiff(old, new, key="id")["values_changed"]
    assert {path: each["new_value"] for path, each in changed.items()} == {
        "root[1]['n']": 20,
        "root[2]['n']": 30,
    }


def test_items_that_only_moved_are_no_change() -> None:
    assert DeepDiff(OLD, OLD[::-1], key="id") == {}


def test_pairs_by_common_parts_are_found_without_order() -> None:
    old = [{"id": n, "name": f"n{n}", "size": n} for n in range(200)]
    new = [dict(each, size=each["size"] + (each["id"] % 20 == 0)) for each in reversed(old)]
    diff = DeepDiff(old, new, ignore_order=True, pairing="index")
    assert set(diff) == {"values_changed"}
    assert len(diff["values_changed"]) == 10


def test_an_unknown_way_of_pairing_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="pairing must be 'distance' or 'index', got 'best'"):
        DeepDiff([], [], pairing="best")


def test_below_the_depth_limit_containers_are_one_value() -> None:
    old, new = {"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}
    assert DeepDiff(old, new, max_depth=2) == {
        "values_changed": {"root['a']['b']": {"old_value": {"c": 1}, "new_value": {"c": 2}}}
    }


def test_a_delta_of_a_keyed_diff_changes_the_first_list() -> None:
    delta = Delta(DeepDiff(OLD, NEW, key="id"))
    assert {each["name"] for each in [*OLD] + delta} == {"A", "c", "d"}


def test_a_delta_of_a_keyed_diff_changes_the_items_that_were_compared() -> None:
    old = [{"id": 1}, {"id": 2, "in": [{"id": 7}, {"id": 8}], "of": 1}, {"id": 3}]
    new = [{"id": 2, "in": [{"id": 8, "x": 1}, {"id": 9}], "z": 1}, {"id": 5}, {"id": 3}]
    delta = Delta(DeepDiff(old, new, key="id", threshold_to_diff_deeper=0), raise_errors=True)
    assert old + delta == new
    assert old + Delta(delta.dumps(), raise_errors=True) == new
    assert old + Delta.from_json_patch(delta.to_json_patch()) == new


def test_a_delta_of_a_keyed_diff_says_that_it_is_not_reversed() -> None:
    delta = Delta(DeepDiff(OLD, NEW, key="id"), bidirectional=True)
    with pytest.raises(ValueError, match="DeepDiff\\(t2, t1"):
        NEW - delta


def test_a_field_may_have_a_name_that_begins_like_a_path() -> None:
    old, new = ([{"root_id": each} for each in ids] for ids in ((1, 2), (2, 1)))
    assert DeepDiff(old, new, key="root_id") == {}


@pytest.mark.parametrize("key", [5, ["id"], {5: "id"}, {"root": 5}])
def test_what_cannot_be_a_key_is_refused(key: Any) -> None:
    with pytest.raises(TypeError, match="key must be the name of a field"):
        DeepDiff(OLD, NEW, key=key)
