"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The library, which imports all of its modules."""
    options = ["-X", "mainstay_dropin=structlog"] if door.name == DROPIN else []
    module = "mainstay.log" if door.name == STRICT else "structlog"
    yield Case(
        "import",
        "the library",
        interpreters([*options, "-c", f"import {module}"], None),
        baseline=interpreters(["-c", "pass"], None),
        slow=True,
        clock=time_of_children,
    )
