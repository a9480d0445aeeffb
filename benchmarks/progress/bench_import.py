"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names a program begins with, and those of `auto`."""
    options = ["-X", "mainstay_dropin=tqdm"] if door.name == DROPIN else []
    module = "mainstay.progress" if door.name == STRICT else "tqdm"
    for row, name in (("import", module), ("import of auto", f"{module}.auto")):
        yield Case(
            row,
            "tqdm, trange",
            interpreters([*options, "-c", f"from {name} import tqdm, trange"], None),
            baseline=interpreters(["-c", "pass"], None),
            slow=True,
            clock=time_of_children,
        )
