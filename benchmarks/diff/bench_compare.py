"""Comparing: a configuration, records with and without order, lines, a small dict, arrays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.diff import data
from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door


def cases(door: Door) -> Iterator[Case]:
    """What the issue's table names."""
    diff = door.api.DeepDiff
    config = data.configuration(10_000)
    yield _case(
        "configuration, 10,000 leaves, 1 % changed",
        diff,
        config,
        data.with_changed_leaves(config, 0.01),
    )
    rows = data.records(5_000)
    yield _case("5,000 ordered dicts, 1 % changed", diff, rows, data.with_changed_rows(rows, 0.01))
    rows = data.records(1_000)
    for share in (0.01, 0.05):
        row = f"ignore_order, 1,000 dicts, {share:.0%} changed"
        yield _case(row, diff, rows, data.with_changed_rows(rows, share), ignore_order=True)
    lines = data.lines(2_000)
    row = "ignore_order, 2,000 lines, 100 differ"
    yield _case(row, diff, lines, data.with_other_lines(lines, 100), ignore_order=True)
    lines = data.lines(5_000)
    row = "5,000 strings, 25 inserts and deletes"
    yield _case(row, diff, lines, data.with_inserts_and_deletes(lines, 25))
    small = _loop(diff, *data.SMALL)
    yield Case("10-key dict, 3 changes", "DeepDiff", small)


def arrays(door: Door) -> Iterator[Case]:
    """What bench_memory.py measures: the peer takes long and much memory."""
    import numpy

    first = numpy.arange(1_000_000)
    second = first.copy()
    second[::100] += 1
    yield _case("NumPy array of 1,000,000, 1 % changed", door.api.DeepDiff, first, second)


def _case(row: str, diff: Any, t1: Any, t2: Any, **keywords: Any) -> Case:
    return Case(row, "DeepDiff", _loop(diff, t1, t2, **keywords), slow=True)


def _loop(diff: Any, t1: Any, t2: Any, **keywords: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            diff(t1, t2, **keywords)

    return loop
