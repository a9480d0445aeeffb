"""Local time and a clock that moves when told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
import time_machine
from mainstay import schedule

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.fixture
def local_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the local time zone, as TZ has it, until the test ends."""

    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


def _seconds(*utc: int) -> float:
    return datetime(*utc, tzinfo=timezone.utc).timestamp()  # type: ignore[misc, arg-type]


class Clock:
    """The time of the process, by time-machine: it stands until it is moved."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self.start = time.time_ns() // 1000

    def seconds(self) -> float:
        """Since the start."""
        return (time.time_ns() // 1000 - self.start) / 1e6

    def set(self, *utc: int) -> None:
        self._traveller.move_to(_seconds(*utc))

    def move(self, seconds: float) -> None:
        self._traveller.shift(seconds)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands at noon of 28 June 2024, UTC."""
    with time_machine.travel(_seconds(2024, 6, 28, 12), tick=False) as it:
        yield Clock(it)


@pytest.fixture
def scheduler() -> schedule.Scheduler:
    return schedule.Scheduler()
