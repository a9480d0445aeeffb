"""Importing: fresh interpreters with and without the import, in turn; the difference is its price.

What is imported are the names a program begins with. What switches drop-in on
(`-X mainstay_dropin`) counts as part of ours.

By hand is what no import of a native module can be below: a package with the shared object and no
name taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children

NAMES = "HookimplMarker, HookspecMarker, PluginManager, Result, HookCallError"


def cases(door: Door) -> Iterator[Case]:
    """The package as a program imports it."""
    options = ["-X", "mainstay_dropin=pluggy"] if door.name == DROPIN else []
    module = "mainstay.plugins" if door.name == STRICT else "pluggy"
    yield _importing([*options, "-c", f"from {module} import {NAMES}"])


def by_hand() -> Iterator[Case]:
    """A package and the shared object alone."""
    name = "mainstay.plugins"
    package = f"import mainstay, sys; sys.modules[{name!r}] = type(sys)({name!r})"
    yield _importing(["-c", f"{package}; mainstay._load('plugins')"])


def _importing(arguments: list[str]) -> Case:
    return Case(
        "import",
        "the names of a program",
        interpreters(arguments),
        baseline=interpreters(["-c", "pass"]),
        slow=True,
        clock=time_of_children,
    )
