"""The other parts: hashes, searches, paths, deltas."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from copy import deepcopy
from itertools import count, repeat
from typing import Any

from benchmarks.diff import data
from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door


def cases(door: Door, leaves: int = 10_000) -> Iterator[Case]:
    """What the issue's table names."""
    api = door.api
    config = data.configuration(leaves)
    yield Case("DeepHash, configuration", "DeepHash", _loop(api.DeepHash, config), slow=True)
    search = _loop(api.DeepSearch, config, "beta")
    yield Case("DeepSearch, configuration", "DeepSearch", search, slow=True)
    yield Case("parse_path", "a path not seen before", _paths(api.parse_path))
    changed = data.with_changed_leaves(config, 0.01)
    delta = api.Delta(api.DeepDiff(config, changed))
    yield Case("Delta, 100 changes", "to a copy", _loop(delta.__radd__, config), slow=True)
    mutating = api.Delta(api.DeepDiff(config, changed), mutate=True)
    yield Case("Delta, 100 changes", "in place", _loop(mutating.__radd__, deepcopy(config)))
    if hasattr(signal, "setitimer"):
        yield Case(
            "a signal 20 ms into a long comparison",
            "DeepDiff",
            _ended(api.DeepDiff),
            slow=True,
            clock=time.perf_counter,
        )


def _loop(call: Any, *arguments: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            call(*arguments)

    return loop


class _Ended(BaseException):
    pass


def _ended(diff: Any) -> Loop:
    """From the start of a comparison of minutes until its caller has what a handler raised."""
    rows = data.records(10_000)
    changed = data.with_changed_rows(rows, 0.3)

    def end(*_: Any) -> None:
        raise _Ended

    def loop(n: int) -> None:
        before = signal.signal(signal.SIGALRM, end)
        for _ in repeat(None, n):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            try:
                diff(rows, changed, ignore_order=True)
            except _Ended:
                pass
        signal.signal(signal.SIGALRM, before)

    return loop


def _paths(parse: Any) -> Loop:
    numbers = count()

    def loop(n: int) -> None:
        for number in [next(numbers) for _ in repeat(None, n)]:
            parse(f"root['section'][{number}]['name'].attribute[3]")

    return loop
