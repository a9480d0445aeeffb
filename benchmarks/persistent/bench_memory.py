"""What a large map takes, and how long the collector looks at versions of a large vector."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door

_MILLION = 1_000_000
_VERSIONS = 50


def cases(door: Door) -> Iterator[Case]:
    """Bytes are counted by `tracemalloc` and shown as nanoseconds: one is one byte an entry."""
    entries = {i: i for i in range(_MILLION)}
    kept: list[Any] = []

    @contextmanager
    def counted() -> Iterator[None]:
        tracemalloc.start()
        yield
        tracemalloc.stop()
        kept.clear()

    def build(n: int) -> None:
        kept.extend(door.api.pmap(entries) for _ in range(n))

    def bytes_an_entry() -> float:
        return tracemalloc.get_traced_memory()[0] / _MILLION / 1e9

    row = f"memory of a map of {_MILLION:,}, bytes as ns"
    yield Case(row, "ints", build, around=counted, slow=True, clock=bytes_an_entry)
    yield Case(
        f"collection with {_VERSIONS} versions of {_MILLION:,}",
        "ints",
        _collect,
        around=_Held(door.api),
        slow=True,
    )


def _collect(n: int) -> None:
    for _ in range(n):
        gc.collect()


class _Held:
    """Holds the versions while a round is timed, and nothing of them meanwhile."""

    def __init__(self, api: Any) -> None:
        self._api = api

    @contextmanager
    def __call__(self) -> Iterator[None]:
        first = self._api.pvector(range(_MILLION))
        versions = [first.set(i, None) for i in range(_VERSIONS)]
        yield
        versions.clear()
