"""Importing: fresh interpreters with and without the import, in turn; the difference counts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children

MODULES = ("iterutils", "cacheutils", "setutils", "dictutils", "strutils", "urlutils", "timeutils")


def cases(door: Door) -> Iterator[Case]:
    """Each module by itself, as programs import them."""
    options = ["-X", "mainstay_dropin=boltons"] if door.name == DROPIN else []
    package = "mainstay.bolts" if door.name == STRICT else "boltons"
    for module in MODULES:
        yield Case(
            f"import of {module}",
            "alone",
            interpreters([*options, "-c", f"import {package}.{module}"], None),
            baseline=interpreters(["-c", "pass"], None),
            slow=True,
            clock=time_of_children,
        )
