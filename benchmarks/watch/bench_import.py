"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names of a program that observes."""
    options = ["-X", "mainstay_dropin=watchdog"] if door.name == DROPIN else []
    package = "mainstay.watch" if door.name == STRICT else "watchdog"
    program = (
        f"from {package}.observers import Observer; "
        f"from {package}.events import FileSystemEventHandler"
    )
    yield Case(
        "import",
        "the names of a program",
        interpreters([*options, "-c", program]),
        baseline=interpreters(["-c", "pass"]),
        slow=True,
        clock=time_of_children,
    )
