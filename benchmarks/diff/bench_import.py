"""Importing: fresh interpreters with and without the import, in turn; the difference is its price.

What switches drop-in on (`-X mainstay_dropin`) counts as part of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The names a program begins with."""
    options = ["-X", "mainstay_dropin=deepdiff"] if door.name == DROPIN else []
    module = "mainstay.diff" if door.name == STRICT else "deepdiff"
    arguments = [*options, "-c", f"from {module} import DeepDiff, DeepHash, Delta, DeepSearch"]
    yield Case(
        "import",
        "DeepDiff, DeepHash, Delta, DeepSearch",
        interpreters(arguments),
        baseline=interpreters(["-c", "pass"]),
        slow=True,
        clock=time_of_children,
    )
