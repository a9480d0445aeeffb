"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names a program begins with."""
    options = ["-X", "mainstay_dropin=glom"] if door.name == DROPIN else []
    module = "mainstay.reach" if door.name == STRICT else "glom"
    statement = f"from {module} import glom, T, Coalesce"
    yield Case(
        "import",
        "glom, T, Coalesce",
        interpreters([*options, "-c", statement], None),
        baseline=interpreters(["-c", "pass"], None),
        slow=True,
        clock=time_of_children,
    )
