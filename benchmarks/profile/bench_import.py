"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """What a program begins with."""
    options = ["-X", "mainstay_dropin=pyinstrument"] if door.name == DROPIN else []
    module = "mainstay.profile" if door.name == STRICT else "pyinstrument"
    yield Case(
        "import",
        "Profiler",
        interpreters([*options, "-c", f"from {module} import Profiler"], None),
        baseline=interpreters(["-c", "pass"], None),
        slow=True,
        clock=time_of_children,
    )
