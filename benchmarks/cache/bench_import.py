"""Importing: fresh interpreters with and without the import, in turn; the difference is its price.

What is imported are the names a program begins with. What switches drop-in on
(`-X mainstay_dropin`) counts as part of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children


def cases(door: Door) -> Iterator[Case]:
    """The package as a program imports it."""
    options = ["-X", "mainstay_dropin=diskcache"] if door.name == DROPIN else []
    module = "mainstay.cache" if door.name == STRICT else "diskcache"
    yield Case(
        "import",
        "the names of a program",
        interpreters([*options, "-c", f"from {module} import Cache, FanoutCache, Deque, Index"]),
        baseline=interpreters(["-c", "pass"]),
        slow=True,
        clock=time_of_children,
    )
