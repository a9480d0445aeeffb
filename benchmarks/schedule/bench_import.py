"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names a program begins with."""
    options = ["-X", "mainstay_dropin=schedule"] if door.name == DROPIN else []
    module = "mainstay.schedule" if door.name == STRICT else "schedule"
    statement = f"from {module} import every, repeat, run_pending"
    yield Case(
        "import",
        "every, repeat, run_pending",
        interpreters([*options, "-c", statement], None),
        baseline=interpreters(["-c", "pass"], None),
        slow=True,
        clock=time_of_children,
    )
