"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names a program begins with."""
    options = ["-X", "mainstay_dropin=msgspec"] if door.name == DROPIN else []
    module = "mainstay.codec" if door.name == STRICT else "msgspec"
    statement = f"from {module} import Struct, json"
    yield Case(
        "import",
        "Struct, json",
        interpreters([*options, "-c", statement], None),
        baseline=interpreters(["-c", "pass"], None),
        slow=True,
        clock=time_of_children,
    )
