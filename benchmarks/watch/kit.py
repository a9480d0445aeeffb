"""What the benchmarks of watch share: the modules of a door, a tree of 5,101 directories."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from benchmarks.harness.doors import STRICT, Door

DIRECTORIES = 5_101
ENTRIES = 25_101


@dataclass(frozen=True)
class Kit:
    """The modules with the names of the peer's."""

    events: Any
    observers: Any
    dirsnapshot: Any

    @classmethod
    def of(cls, door: Door) -> Kit:
        names = ("events", "observers", "utils.dirsnapshot")
        if door.name == STRICT:
            return cls(*(import_module(f"mainstay.watch.{name}") for name in names))
        return cls(*(door._modules[f"watchdog.{name}"] for name in names))


class Sum:
    """Adds up what was measured; read as if it were a clock."""

    def __init__(self) -> None:
        self._total = 0.0

    def add(self, amount: float) -> None:
        self._total += amount

    def read(self) -> float:
        return self._total


# One for all doors, because one clock counts for all columns of a row.
memory_of_a_directory = Sum()
processor_time_of_a_file = Sum()


def folder() -> str:
    """A folder of its own, in memory where there is such a place, until the process ends."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    made = tempfile.mkdtemp(dir=memory)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def tree(inner_ones: int = 50) -> str:
    """100 directories with 50 each, or so many, of which each has four files."""
    root = folder()
    for outer in range(100):
        for inner in range(inner_ones):
            inmost = os.path.join(root, f"d{outer}", f"e{inner}")
            os.makedirs(inmost)
            for name in "abcd":
                open(os.path.join(inmost, name), "w").close()
    return root
