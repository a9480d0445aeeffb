"""A user's program, for the type checkers: what goes into comparisons and what comes out of them.

Checked by strict mypy and by basedpyright. A remark `type: ignore` marks a line that must be an
error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mainstay.diff import DeepDiff, DeepHash, DeepSearch, Delta, extract, grep, parse_path, report
from mainstay.diff.helper import CannotCompare, FlatDeltaDict, FlatDeltaRow, SetOrdered
from mainstay.diff.model import DiffLevel
from mainstay.diff.operator import BaseOperator, BaseOperatorPlus

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, kind: Any) -> Any:
        return value


# --- comparing -----------------------------------------------------------------------------------

diff = DeepDiff({"a": 1}, {"a": 2}, ignore_order=True, exclude_paths=["root['b']"], key="id")
assert_type(bool(diff), bool)
assert_type(diff.to_json(), str)
assert_type(diff.to_dict(verbose_level=2), dict[str, Any])
assert_type(diff.pretty(prefix="- "), str)
assert_type(diff.affected_paths, SetOrdered)
assert_type(diff.get_stats(), dict[str, Any])
assert_type(report(diff, color=False), str)
report(diff, True)  # type: ignore[call-arg]
DeepDiff({"a": 1})  # type: ignore[call-arg]
DeepDiff(1, 2, ignore_odrer=True)  # type: ignore[call-arg]
DeepDiff(1, 2, view="pretty")  # type: ignore[arg-type]


def belong(x: dict[str, int], y: dict[str, int], level: DiffLevel | None = None) -> bool:
    try:
        return x["id"] == y["id"]
    except KeyError:
        raise CannotCompare from None


DeepDiff([{"id": 1}], [{"id": 1}], iterable_compare_func=belong)


# --- operators -----------------------------------------------------------------------------------


class Rounded(BaseOperator):
    def give_up_diffing(self, level: DiffLevel, diff_instance: DeepDiff) -> bool:
        diff_instance.custom_report_result("rounded", level, {"by": 1})
        return bool(abs(level.t1 - level.t2) < 1)


class Lowered(BaseOperatorPlus):
    def match(self, level: DiffLevel) -> bool:
        return isinstance(level.t1, str)

    def give_up_diffing(self, level: DiffLevel, diff_instance: DeepDiff) -> bool:
        return bool(level.t1.lower() == level.t2.lower())

    def normalize_value_for_hashing(self, parent: str, obj: object) -> object:
        return obj.lower() if isinstance(obj, str) else obj


DeepDiff(1.2, 1.4, custom_operators=[Rounded(types=[float]), Lowered()])
BaseOperatorPlus()  # type: ignore[abstract]


# --- deltas --------------------------------------------------------------------------------------

delta = Delta(diff, bidirectional=True, mutate=False)
assert_type({"a": 1} + delta, Any)
assert_type(delta.to_flat_rows(), list[FlatDeltaRow])
assert_type(delta.to_flat_dicts(), list[FlatDeltaDict])
assert_type(delta.to_json_patch(), list[dict[str, Any]])
assert_type(Delta.from_json_patch([{"op": "remove", "path": "/a"}]), Delta)
Delta(1)  # type: ignore[arg-type]


# --- hashes, searches, paths ---------------------------------------------------------------------

hashes = DeepHash({"a": 1}, significant_digits=2)
assert_type(hashes[1], Any)
DeepHash({"a": 1}, True)  # type: ignore[call-arg]
assert_type({"a": 1} | grep("a"), DeepSearch)
assert_type(extract({"a": 1}, "root['a']"), Any)
assert_type(parse_path("root['a']"), list[Any])
