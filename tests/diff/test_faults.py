"""Faults of the peer that are not inherited, and input that is meant to break things."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict, deque
from typing import Any

import pytest
from mainstay.diff import DeepDiff, DeepHash, DeepSearch, Delta, extract, grep, parse_path, report


def test_private_slots_that_differ_are_reported() -> None:
    class Slotted:
        __slots__ = ("__secret", "plain")

        def __init__(self, secret: int) -> None:
            self.__secret = secret
            self.plain = 1

    assert DeepDiff(Slotted(1), Slotted(2)) == {
        "values_changed": {"root._Slotted__secret": {"old_value": 1, "new_value": 2}}
    }
    assert DeepDiff([Slotted(1)], [Slotted(2)], ignore_order=True) != {}


def test_attributes_of_dict_subclasses_are_compared() -> None:
    class Labelled(dict[str, int]):
        label = ""

    old, new = Labelled(a=1), Labelled(a=1)
    old.label, new.label = "old", "new"
    assert DeepDiff(old, new) == {
        "values_changed": {"root.label": {"old_value": "old", "new_value": "new"}}
    }
    assert list(DeepDiff([old], [new], ignore_order=True)["values_changed"]) == ["root[0].label"]


def test_doubled_rows_are_kept_when_they_are_grouped() -> None:
    old = [{"id": 1, "n": 1}, {"id": 1, "n": 2}, {"id": 2, "n": 3}]
    new = [{"id": 1, "n": 9}, {"id": 1, "n": 2}, {"id": 2, "n": 3}]
    diff = DeepDiff(old, new, group_by="id")
    assert diff == {"values_changed": {"root[1][0]['n']": {"old_value": 1, "new_value": 9}}}


def test_what_a_filter_leaves_out_does_not_come_in_with_a_collapsed_dict() -> None:
    old = {"a": 1, "b": 2, "secret": 3}
    new = {"c": 1, "d": 2, "secret": 4}
    diff = DeepDiff({"x": old}, {"x": new}, exclude_regex_paths=[r"\['secret'\]"])
    assert "secret" not in str(diff)
    assert set(diff) == {"dictionary_item_added", "dictionary_item_removed"}


def test_keys_of_bytes_deques_and_surrogates_do_no_harm() -> None:
    assert DeepDiff({b"a": {b"b": 1}}, {b"a": {b"b": 2}}) == {
        "values_changed": {"root[b'a'][b'b']": {"old_value": 1, "new_value": 2}}
    }
    assert extract({b"a": {b"b": 2}}, "root[b'a'][b'b']") == 2
    assert DeepDiff(deque([1, 2, 3]), deque([1, 3])) == {"iterable_item_removed": {"root[1]": 2}}
    assert len(DeepDiff({"\ud800"}, {"\ud801"})) == 2


def test_arrays_without_dimension_are_compared() -> None:
    numpy = pytest.importorskip("numpy")
    assert DeepDiff(numpy.array(1), numpy.array(1)) == {}
    assert set(DeepDiff(numpy.array(1), numpy.array(2))) == {"values_changed"}
    assert DeepDiff([numpy.array(1)], [numpy.array(1)], ignore_order=True) == {}
    assert DeepDiff([numpy.array(1)], [numpy.array([1])], ignore_order=True) != {}


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("ignore_order", [False, True])
def test_records_and_matrices_of_numpy_are_compared_and_end(ignore_order: bool) -> None:
    numpy = pytest.importorskip("numpy")
    old, new = (numpy.array([(1, x)], dtype="i4,f4") for x in (2, 3))
    diff = DeepDiff(old, new, ignore_order=ignore_order)
    assert diff == {"values_changed": {"root[0]": {"old_value": old[0], "new_value": new[0]}}}
    assert DeepDiff(old, old.copy(), ignore_order=ignore_order) == {}
    assert DeepDiff(numpy.matrix([[1, 2]]), numpy.matrix([[1, 3]])) == {
        "values_changed": {"root[0][1]": {"old_value": 2, "new_value": 3}}
    }


def test_order_of_results_is_the_same_in_each_process() -> None:
    diff = DeepDiff(
        {"a": 1, "b": 1, "s": {1, 2}}, {"b": "x", "c": 2, "s": {2, 9, 7}}, verbose_level=2
    )
    assert list(diff) == [
        *("type_changes", "dictionary_item_added", "dictionary_item_removed"),
        *("set_item_removed", "set_item_added"),
    ]


# Hostile input


def test_depth_is_limited_by_memory_alone() -> None:
    def deep(levels: int, leaf: Any) -> Any:
        for level in range(levels):
            leaf = [leaf] if level % 2 else {"k": leaf}
        return leaf

    old, new = deep(100_000, 1), deep(100_000, 2)
    diff = DeepDiff(old, new)
    (path,) = diff["values_changed"]
    assert path.count("[") == 100_000
    assert len(parse_path(path)) == 100_000


def test_shared_lists_are_hashed_once_and_deep_tuples_in_linear_time() -> None:
    shared: Any = [1]
    for _ in range(100):
        shared = [shared, shared]
    assert len(DeepHash(shared)[shared]) == 64
    deep: Any = (1,)
    for _ in range(300_000):  # so deep that hash(deep) crashes
        deep = (deep,)
    assert len(DeepHash(deep).hashes) > 300_000


def test_lists_in_lists_whose_order_is_ignored_do_not_take_twice_the_time_a_level() -> None:
    def deep(leaf: int) -> Any:
        made: Any = [leaf, 0]
        for level in range(120):
            made = (made,) if level % 2 else [made]
        return made

    diff = DeepDiff(deep(1), deep(2), ignore_order=True)
    assert diff.get_stats()["PASSES COUNT"] == 10_000_000
    assert len(diff) == 1


def test_deep_hashes_and_searches_work_or_say_that_it_is_too_deep() -> None:
    deep: Any = "needle"
    for _ in range(50_000):
        deep = [deep]
    for ask in (lambda: DeepHash(deep), lambda: DeepSearch(deep, "needle")):
        try:
            assert ask()
        except RecursionError:
            pass


def test_cycles_end() -> None:
    old: Any = {"a": [1]}
    new: Any = {"a": [2]}
    for each in (old, new):
        each["self"] = each
        each["a"].append(each["a"])
    assert DeepDiff(old, new)["values_changed"] == {
        "root['a'][0]": {"old_value": 1, "new_value": 2}
    }
    assert DeepHash(old)
    assert old | grep(1)


def test_what_an_object_raises_while_it_is_compared_comes_out() -> None:
    class Boom(Exception):
        pass

    class Bad:
        @property
        def value(self) -> int:
            raise Boom

    with pytest.raises(Boom):
        DeepDiff({"a": [Bad()]}, {"a": [Bad()]})

    class Uncomparable(int):
        def __ne__(self, other: object) -> bool:
            raise Boom

        __hash__ = int.__hash__

    with pytest.raises(Boom):
        DeepDiff({"a": Uncomparable(1)}, {"a": Uncomparable(2)})


@pytest.mark.parametrize("container", ["list", "dict"])
def test_objects_that_change_the_data_while_it_is_compared_do_not_crash(container: str) -> None:
    old: Any = {n: [n] for n in range(50)} if container == "dict" else [[n] for n in range(50)]
    new: Any = {n: [n] for n in range(50)} if container == "dict" else [[n] for n in range(50)]

    class Vandal:
        @property
        def value(self) -> int:
            old.clear()
            new.clear()
            return 1

    old[10], new[10] = Vandal(), Vandal()
    try:
        DeepDiff(old, new, threshold_to_diff_deeper=0)
    except (KeyError, IndexError, RuntimeError):
        pass


def test_nan_differs_from_itself_unless_it_is_the_same_or_told_not_to() -> None:
    nan, other = float("nan"), float("nan")
    assert DeepDiff({"a": nan}, {"a": nan}) == {}
    assert set(DeepDiff({"a": nan}, {"a": other})) == {"values_changed"}
    assert DeepDiff({"a": nan}, {"a": other}, ignore_nan_inequality=True) == {}


def test_an_unknown_keyword_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"not valid: ignore_odrer\nThe valid .*ignore_order"):
        DeepDiff(1, 2, ignore_odrer=True)


def test_keys_that_cannot_be_compared_with_each_other_are_no_obstacle() -> None:
    old: Any = {1: "a", "1": "b", None: "c", (1, 2): "d", 1.5: "e"}
    new = OrderedDict(reversed(list(old.items())))
    assert DeepDiff(old, dict(new)) == {}
    delta = Delta(DeepDiff({"x": 1}, {"x": 1, **old}))
    assert {"x": 1} + delta == {"x": 1, **old}


def test_a_result_is_the_same_after_pickling_and_copying() -> None:
    old, new = {"a": list("abcdef"), "b": 1}, {"a": list("bcxdf"), "b": "x"}
    diff = DeepDiff(old, new)
    for again in (pickle.loads(pickle.dumps(diff)), copy.deepcopy(diff)):
        assert again == diff
        assert old + Delta(again) == new
        assert again.to_dict(verbose_level=2) == diff.to_dict(verbose_level=2)
        assert str(again.tree["type_changes"][0]) == "<root['b'] t1:1, t2:\"x\">"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("multiprocessing", "yes"),
        ("multiprocessing_workers", 0),
        ("multiprocessing_workers", "two"),
        ("multiprocessing_threshold", -1),
    ],
)
def test_keywords_of_workers_are_checked(keyword: str, value: Any) -> None:
    with pytest.raises(ValueError, match=keyword):
        DeepDiff(1, 2, **{keyword: value})  # type: ignore[misc]


def test_workers_change_no_result() -> None:
    t1, t2 = [{"a": n} for n in range(99)], [{"a": n, "b": n % 3} for n in range(99)]
    alone = DeepDiff(t1, t2, ignore_order=True)
    with_workers = DeepDiff(t1, t2, ignore_order=True, multiprocessing=True)
    assert (with_workers, with_workers.get_stats()) == (alone, alone.get_stats())
    assert alone.get_stats()["WORKER DIFF COUNT"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"iterable_item_removed": {"root": 5}},
        {"attribute_removed": {"root": 5}},
        {"iterable_item_moved": {"root": {"new_path": "root", "value": 5}}},
        {"iterable_items_added_at_indexes": {"root": {0: 5}}},
        {"iterable_items_removed_at_indexes": {"root['a']": {0: 5}}},
    ],
)
def test_a_delta_that_would_remove_the_root_or_make_a_list_of_a_dict_says_so(changes: Any) -> None:
    with pytest.raises(ValueError, match="root"):
        {"a": {"b": 1}} + Delta(changes, raise_errors=True)


def test_a_report_of_what_is_no_diff_is_refused() -> None:
    with pytest.raises(TypeError, match="got NoneType"):
        report(None)  # type: ignore[arg-type]


def test_a_delta_that_aligns_a_tuple_in_a_tuple_leaves_the_outer_one_in_its_place() -> None:
    old, new = {"b": (("w", 1.5, 2), [1], 3)}, {"b": ((9, None, 1.5, 2), 4)}
    assert old + Delta(DeepDiff(old, new)) == new
