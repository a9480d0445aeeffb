"""One operation in a process of its own: how far its memory rises at most, and what time it takes.

    python -m benchmarks.diff.alone DOOR ROW VARIANT    prints bytes and seconds

Linux only. The peak is that of the resident set, without the pages of files such as code.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.harness.doors import DROPIN, Door

PARTS = 100_000  # leaves: what bench_parts.py does with 10,000 takes hardly any memory
ROOT = Path(__file__).resolve().parents[2]


class Counter:
    """Adds up what was measured; read as if it were a clock, by all doors the same one."""

    total = 0.0

    def add(self, amount: float) -> None:
        self.total += amount

    def read(self) -> float:
        return self.total


counter = Counter()


@cache
def measured(door: str, row: str, variant: str) -> tuple[int, float]:
    """Bytes and seconds of one operation, of the first call of this kind in this process."""
    options = ["-X", "mainstay_dropin=deepdiff"] if door == DROPIN else []
    command = [sys.executable, *options, "-m", "benchmarks.diff.alone", door, row, variant]
    # So that glibc gives large blocks back at once, whatever was freed before.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    rise, seconds = done.stdout.split()
    return int(rise), float(seconds)


def main() -> None:
    """Find the case and run it once."""
    from benchmarks.diff import bench_compare, bench_parts

    name, *key = sys.argv[1:]
    door = Door(name, import_module("deepdiff"))
    parts = bench_parts.cases(door, PARTS)
    found = chain(bench_compare.cases(door), parts, bench_compare.arrays(door))
    case = next(case for case in found if case.key == tuple(key))
    gc.collect()
    filled = _fill()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status()
    start = time.process_time()
    case.loop(1)
    seconds = time.process_time() - start
    after = _status()
    files = after["RssFile"] - before["RssFile"]
    print(after["VmHWM"] - before["VmRSS"] - files, seconds)
    del filled


def _fill() -> list[bytes]:
    """Takes up what setting up has left free in the heap, so that memory for more is new."""
    sizes = chain(range(8, 512, 16), range(512, 16_384, 512))
    return [bytes(size) for size in sizes for _ in range(2_000_000 // size)]


def _status() -> dict[str, int]:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    fields: list[Any] = [line.split() for line in lines if line.endswith(" kB")]
    return {name.rstrip(":"): int(number) * 1024 for name, number, _ in fields}


if __name__ == "__main__":
    main()
