"""Random data, changed copies of it and keyword sets, for the peer and for mainstay alike."""

from __future__ import annotations

import datetime
import re
import uuid
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple


class Colour(Enum):
    RED = 1
    BLUE = "blue"


class Point(NamedTuple):
    x: Any
    y: Any


class Thing:
    def __init__(self, name: Any, value: Any) -> None:
        self.name = name
        self.value = value

    def __repr__(self) -> str:
        return "Thing()"  # the same for all: nothing may depend on where one is in memory

    def __deepcopy__(self, memo: dict[int, Any]) -> Thing:
        return Thing(copied(self.name), copied(self.value))


WORDS = ["a", "b", "A", "name", "long word", "x\ny\nz", "x\nq", "", "__private", "10"]
NAMES = ["a", "b", "c", "d", "name", "id", "A", "__p"]


def scalar(r: Random) -> Any:
    """A simple value; common ones often."""
    kind = r.randrange(24)
    if kind < 7:
        return r.randrange(-2, 12)
    if kind < 12:
        return r.choice(WORDS)
    if kind < 15:
        return r.choice([0.0, 1.0, 1.5, 2.25, 10.123456, 10.1234567, -1.0, 1e10])
    return (
        lambda: r.choice([True, False]),
        lambda: None,
        lambda: r.choice([b"a", b"b", b"long"]),
        lambda: r.choice([Decimal("1.5"), Decimal("2.25"), Decimal("10.1")]),
        lambda: datetime.datetime(2024, 1, r.randrange(1, 4), r.randrange(3), r.randrange(3)),
        lambda: datetime.date(2024, 1, r.randrange(1, 4)),
        lambda: r.choice([Fraction(1, 2), Fraction(3, 2)]),
        lambda: uuid.UUID(int=r.randrange(3)),
        lambda: r.choice([Colour.RED, Colour.BLUE]),
    )[kind - 15]()


def hashable(r: Random) -> Any:
    kind = r.randrange(8)
    if kind == 0:
        return (r.randrange(3), r.choice("ab"))
    return r.choice(NAMES) if kind < 6 else r.randrange(4)


def value(r: Random, depth: int = 3) -> Any:
    """A value, up to `depth` containers deep."""
    if depth == 0 or r.random() < 0.35:
        return scalar(r)
    size = r.choice([0, 1, 2, 3, 3, 4, 5])
    kind = r.randrange(13)
    if kind < 5:
        return {r.choice(NAMES): value(r, depth - 1) for _ in range(size)}
    if kind < 8:
        return [value(r, depth - 1) for _ in range(size)]
    if kind == 8:
        return [scalar(r) for _ in range(size + 2)]
    if kind == 9:
        return tuple(value(r, depth - 1) for _ in range(size))
    if kind == 10:
        return {hashable(r) for _ in range(size)}
    if kind == 11:
        return Point(value(r, depth - 1), scalar(r))
    return Thing(r.choice(NAMES), value(r, depth - 1))


def copied(item: Any) -> Any:
    """A deep copy in which nothing that can change is shared."""
    if isinstance(item, dict):
        return {key: copied(each) for key, each in item.items()}
    if isinstance(item, Point):
        return Point(*map(copied, item))
    if isinstance(item, (list, tuple)):
        return type(item)(copied(each) for each in item)
    if isinstance(item, set):
        return set(item)
    return Thing(item.name, copied(item.value)) if isinstance(item, Thing) else item


def changed(r: Random, item: Any, rate: float = 0.15) -> Any:
    """A copy with a few changes: replaced, added, removed, moved and repeated parts."""
    if r.random() < rate / 3:
        return value(r, 2)
    if isinstance(item, dict):
        result = {k: changed(r, v, rate) for k, v in item.items() if r.random() > rate / 2}
        if r.random() < rate:
            result[r.choice(NAMES)] = value(r, 1)
        return result
    if isinstance(item, Point):
        return Point(changed(r, item.x, rate), changed(r, item.y, rate))
    if isinstance(item, (list, tuple)):
        items = [changed(r, each, rate) for each in item if r.random() > rate / 2]
        if r.random() < rate:
            items.insert(r.randrange(len(items) + 1), value(r, 1))
        if r.random() < rate and items:
            items.append(copied(r.choice(items)))
        if r.random() < rate:
            r.shuffle(items)
        return type(item)(items)
    if isinstance(item, set):
        result_set = {each for each in item if r.random() > rate}
        return result_set | ({hashable(r)} if r.random() < rate else set())
    if isinstance(item, Thing):
        return Thing(item.name, changed(r, item.value, rate))
    return scalar(r) if r.random() < rate else item


def _no_red(item: Any, path: str) -> bool:
    return item == "a" or item == 3


def _near(x: Any, y: Any, level: Any = None) -> bool:
    return type(x) is type(y) and (not isinstance(x, dict) or x.get("id") == y.get("id"))


def _in_lists_of_names(level: Any) -> bool:
    return "name" in (level.path() or "")


def _number_text(number: Any, **given: Any) -> str:
    return str(number)[:4]


PATHS = [
    *("root['a']", "root['b']", "root['a']['b']", "root[0]", "root[1]", "a", "root['c'][0]"),
    *("root['a'][*]", "root[**]['b']", "root[*]['a']"),
]
REGEXES = [r"\['a'\]", r"\[\d\]$", re.compile("name"), r"^root\['b'\]"]
TYPES: list[Any] = [str, int, float, list, dict, tuple, bytes]

KEYWORDS: dict[str, Any] = {
    "ignore_order": lambda r: True,
    "report_repetition": lambda r: True,
    "verbose_level": lambda r: r.randrange(3),
    "zip_ordered_iterables": lambda r: True,
    "ignore_string_type_changes": lambda r: True,
    "ignore_numeric_type_changes": lambda r: True,
    "ignore_type_in_groups": lambda r: r.choice([[(int, float)], [(str, bytes), (int, Decimal)]]),
    "ignore_type_subclasses": lambda r: True,
    "ignore_uuid_types": lambda r: True,
    "ignore_string_case": lambda r: True,
    "ignore_nan_inequality": lambda r: True,
    "ignore_private_variables": lambda r: False,
    "ignore_encoding_errors": lambda r: True,
    "encodings": lambda r: ["utf-8", "latin-1"],
    "use_enum_value": lambda r: True,
    "exclude_paths": lambda r: r.sample(PATHS, r.randrange(1, 3)),
    "include_paths": lambda r: r.sample(PATHS, r.randrange(1, 3)),
    "exclude_regex_paths": lambda r: r.sample(REGEXES, 1),
    "exclude_types": lambda r: r.sample(TYPES, 1),
    "exclude_obj_callback": lambda r: _no_red,
    "exclude_obj_callback_strict": lambda r: _no_red,
    "include_obj_callback": lambda r: lambda item, path: "a" in path,
    "include_obj_callback_strict": lambda r: lambda item, path: "a" in path,
    "significant_digits": lambda r: r.randrange(5),
    "number_format_notation": lambda r: "e",
    "number_to_string_func": lambda r: _number_text,
    "math_epsilon": lambda r: r.choice([0.1, 0.001]),
    "use_log_scale": lambda r: True,
    "log_scale_similarity_threshold": lambda r: 0.3,
    "truncate_datetime": lambda r: r.choice(["second", "minute", "hour", "day"]),
    "default_timezone": lambda r: datetime.timezone(datetime.timedelta(hours=2)),
    "iterable_compare_func": lambda r: _near,
    "ignore_order_func": lambda r: _in_lists_of_names,
    "threshold_to_diff_deeper": lambda r: r.choice([0, 0.2, 0.6]),
    "cutoff_distance_for_pairs": lambda r: r.choice([0.1, 0.6, 1]),
    "cutoff_intersection_for_pairs": lambda r: r.choice([0.1, 1]),
    "group_by": lambda r: r.choice(["id", "name", ("a", "b")]),
    "group_by_sort_key": lambda r: repr,
    "max_passes": lambda r: r.randrange(3),
    "max_diffs": lambda r: r.randrange(2, 20),
    "cache_size": lambda r: r.choice([500, 5000]),  # what is let go first may differ
    "cache_tuning_sample_size": lambda r: r.choice([3, 50]),
    "cache_purge_level": lambda r: r.choice([0, 1]),
    "get_deep_distance": lambda r: True,
    "hasher": lambda r: lambda text: f"h{text}",
    "view": lambda r: r.choice(["tree", "_delta"]),
    "log_stacktrace": lambda r: True,
    "multiprocessing": lambda r: False,
}
RARELY_ALONE = {"report_repetition", "cutoff_intersection_for_pairs", "max_passes", "cache_size"}


def keywords(r: Random) -> dict[str, Any]:
    """Up to four keywords; those that only count without order come with it."""
    names = r.sample(list(KEYWORDS), r.choice([0, 1, 1, 2, 2, 3, 4]))
    if RARELY_ALONE.intersection(names) or r.random() < 0.2:
        names.append("ignore_order")
    return {name: KEYWORDS[name](r) for name in names}


def pair(r: Random) -> tuple[Any, Any]:
    """Two objects, the second a changed copy of the first."""
    if r.random() < 0.2:
        first: Any = [
            {
                "id": r.randrange(6),
                "name": r.choice(WORDS),
                "a": r.choice(["x", "y"]),
                "b": scalar(r),
            }
            for _ in range(r.randrange(2, 7))
        ]
    else:
        first = value(r)
    return first, changed(r, first, r.choice([0.05, 0.15, 0.4]))


def hash_keywords(r: Random) -> dict[str, Any]:
    """A few keywords of DeepHash."""
    names = ["ignore_string_type_changes", "ignore_numeric_type_changes", "ignore_string_case"]
    names += ["use_enum_value", "significant_digits", "number_format_notation", "exclude_types"]
    names += ["exclude_paths", "exclude_regex_paths", "truncate_datetime"]
    chosen = {name: KEYWORDS[name](r) for name in r.sample(names, r.choice([0, 0, 1, 2]))}
    own = {"ignore_repetition": False, "ignore_iterable_order": False, "apply_hash": False}
    own["ignore_private_variables"] = False
    return {**chosen, **{name: own[name] for name in r.sample(list(own), r.choice([0, 0, 1, 2]))}}


def search_keywords(r: Random) -> dict[str, Any]:
    """A few keywords of DeepSearch."""
    own: dict[str, Any] = {
        "verbose_level": 2,
        "case_sensitive": True,
        "match_string": True,
        "strict_checking": False,
        "exclude_paths": ["root['a']", "root[0]"],
        "exclude_regex_paths": [r"\['b'\]"],
        "exclude_types": [int],
    }
    return {name: own[name] for name in r.sample(list(own), r.choice([0, 1, 2]))}


def case(r: Random) -> tuple[Any, Any, dict[str, Any]]:
    """Two objects and keywords; seldom where a fault of the peer is known to show."""
    t1, t2 = pair(r)
    given = keywords(r)
    if r.random() > 0.02:
        if FILTERS.intersection(given):
            given["threshold_to_diff_deeper"] = 0
        if "group_by" in given:
            t1, t2 = (without_doubled_rows(rows, given["group_by"]) for rows in (t1, t2))
    return t1, t2, given


FILTERS = {
    *("exclude_paths", "exclude_regex_paths", "exclude_types", "exclude_obj_callback"),
    *("exclude_obj_callback_strict", "include_paths", "include_obj_callback"),
    "include_obj_callback_strict",
}


def groups_of(rows: Any, fields: Any) -> list[Any]:
    """The group of each row."""
    names = [fields] if isinstance(fields, str) else fields
    rows = rows if isinstance(rows, (list, tuple)) else []
    return [tuple(repr(row.get(name)) for name in names) for row in rows if isinstance(row, dict)]


def without_doubled_rows(rows: Any, fields: Any) -> Any:
    """The rows, of each group one."""
    groups = groups_of(rows, fields)
    if len(set(groups)) == len(groups):
        return rows
    kept = [row for row in rows if isinstance(row, dict)]
    return list(dict(zip(groups, kept, strict=True)).values())
