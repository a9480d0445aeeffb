"""One thing that is timed: a loop over the operation, and what surrounds it.

A file `bench_<task>.py` has a function `cases(door)` that yields these for one implementation, and
may have `by_hand()` that yields them for the same work written without a library. Cases with the
same row and variant are compared with each other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

Loop = Callable[[int], Any]
"""Does the operation as many times as it is told."""

Clock = Callable[[], float]
"""Seconds since whenever."""


@dataclass(frozen=True)
class Case:
    """An operation of one implementation.

    `path`: what the capability's path counter must say about every operation (such as "native");
    None where no particular way is promised. `around` is entered before each timed round and left
    after it, outside the timing. `baseline` is timed beside `loop` and subtracted. `slow`: one
    operation is long enough to be timed alone (a process, a real wait). `clock`: what time is for
    this case; None: processor time of this process, which other programs' turns do not count into.
    """

    row: str
    variant: str
    loop: Loop
    path: str | None = None
    around: Callable[[], AbstractContextManager[Any]] = nullcontext
    baseline: Loop | None = None
    slow: bool = False
    clock: Clock | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes cases of several implementations comparable."""
        return self.row, self.variant
