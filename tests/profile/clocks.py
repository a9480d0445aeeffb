"""A clock that tests move, and functions that take time by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Clock:
    """Seconds that pass when `pass_time` is called."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        """The time."""
        return self.time

    def pass_time(self, seconds: float) -> None:
        """Let time pass inside this function."""
        self.time += seconds


def all_frames(frame: Any) -> Iterator[Any]:
    """A frame and all below it."""
    yield frame
    for child in frame.children:
        yield from all_frames(child)
