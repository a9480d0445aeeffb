"""How time grows: what a leaf takes in ordered and keyed comparisons of 10^4 to 10^6 leaves.

The peer compares 10^4 leaves in each row: it needs minutes for more, and quadratic time for lists
that it matches by a function. So ours grows linearly if the ratio stays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from itertools import repeat
from typing import Any

from benchmarks.diff import alone, data
from benchmarks.harness.case import Case
from benchmarks.harness.doors import PEER, STRICT, Door


def cases(door: Door) -> Iterator[Case]:
    """Not for the strict door: its functions are those of the drop-in."""
    if door.name == STRICT:
        return
    keyed = {"key": "id"} if door.name != PEER else {"iterable_compare_func": _same_id}
    for row, keywords in (("ordered", {}), ("keyed", keyed)):
        for leaves in (10_000, 100_000, 1_000_000):
            run = _loop(door, row, 10_000 if door.name == PEER else leaves, keywords)
            name = f"a leaf of dicts, {row}, 1 % changed"
            yield Case(name, f"{leaves:,} leaves", run, slow=True, clock=alone.counter.read)


def _same_id(first: Any, second: Any, _: Any) -> bool:
    return bool(first["id"] == second["id"] if isinstance(first, dict) else first == second)


def _loop(door: Door, row: str, leaves: int, keywords: dict[str, Any]) -> Any:
    def seconds() -> float:
        pair = _records(leaves, reverse=row == "keyed")
        start = time.process_time()
        door.api.DeepDiff(*pair, **keywords)
        return (time.process_time() - start) / leaves

    # The peer and the largest data once: they take the most time of all.
    once = cache(seconds) if door.name == PEER or leaves > 100_000 else seconds

    def run(n: int) -> None:
        for _ in repeat(None, n):
            alone.counter.add(once())

    return run


@cache
def _records(leaves: int, *, reverse: bool) -> tuple[list[Any], list[Any]]:
    rows = data.records(leaves // 9)
    changed = data.with_changed_rows(rows, 0.01)
    return rows, changed[::-1] if reverse else changed
