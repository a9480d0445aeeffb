"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The package alone, and with the first loop that it runs."""
    options = ["-X", "mainstay_dropin=anyio"] if door.name == DROPIN else []
    module = "mainstay.aio" if door.name == STRICT else "anyio"
    for row, program in (
        ("import", f"import {module}"),
        ("import and run", f"import {module} as aio; aio.run(aio.sleep, 0)"),
    ):
        yield Case(
            row,
            "asyncio",
            interpreters([*options, "-c", program], None),
            baseline=interpreters(["-c", "pass"], None),
            slow=True,
            clock=time_of_children,
        )
