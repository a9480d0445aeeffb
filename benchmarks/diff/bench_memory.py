"""Peak memory of the operations that the other files time, and the time of one on large arrays.

Each is run once, in a process of its own: memory hardly varies, and the peer takes long with
arrays. Bytes are shown as nanoseconds: one is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec

from benchmarks.diff import alone
from benchmarks.harness.case import Case
from benchmarks.harness.doors import STRICT, Door

# Variants of the row of memory, and the cases they are of.
_VARIANTS = {
    "configuration": ("configuration, 10,000 leaves, 1 % changed", "DeepDiff"),
    "ordered dicts": ("5,000 ordered dicts, 1 % changed", "DeepDiff"),
    "ignore_order, 1 %": ("ignore_order, 1,000 dicts, 1% changed", "DeepDiff"),
    "ignore_order, 5 %": ("ignore_order, 1,000 dicts, 5% changed", "DeepDiff"),
    "ignore_order, lines": ("ignore_order, 2,000 lines, 100 differ", "DeepDiff"),
    "strings": ("5,000 strings, 25 inserts and deletes", "DeepDiff"),
    "small dict": ("10-key dict, 3 changes", "DeepDiff"),
    "DeepHash": ("DeepHash, configuration", "DeepHash"),
    "DeepSearch": ("DeepSearch, configuration", "DeepSearch"),
    "Delta to a copy": ("Delta, 100 changes", "to a copy"),
    "Delta in place": ("Delta, 100 changes", "in place"),
}
_ARRAYS = ("NumPy array of 1,000,000, 1 % changed", "DeepDiff")
_LEAST = 64 * 1024  # less is what an allocator happened to have or not to have


def cases(door: Door) -> Iterator[Case]:
    """Not for the strict door: its functions are those of the drop-in."""
    if door.name == STRICT or not os.path.exists("/proc/self/clear_refs"):
        return
    for variant, key in _VARIANTS.items():
        yield _memory(door, variant, key)
    if find_spec("numpy"):
        yield _memory(door, "NumPy array", _ARRAYS)

        def run(n: int) -> None:
            alone.counter.add(n * alone.measured(door.name, *_ARRAYS)[1])

        yield Case(*_ARRAYS, run, slow=True, clock=alone.counter.read)


def _memory(door: Door, variant: str, key: tuple[str, str]) -> Case:
    def run(n: int) -> None:
        rise, _ = alone.measured(door.name, *key)
        alone.counter.add(n * max(rise, _LEAST) / 1e9)

    row = "peak memory, bytes as ns"
    return Case(row, variant, run, slow=True, clock=alone.counter.read)
