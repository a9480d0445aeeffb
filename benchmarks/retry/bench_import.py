"""Importing: fresh interpreters with and without the import, in turn; the difference is its price.

What is imported are the names a program begins with: a module that puts off its work until one of
them is looked at would otherwise seem to cost nothing.

Tornado is "installed" by a folder on PYTHONPATH: the peer then imports it, whether the program uses
it or not. What switches drop-in on (`-X mainstay_dropin`) counts as part of ours.

By hand is what no import of a native module can be below: a package with the shared object and no
name taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children

NAMES = "retry, retry_if_exception_type, stop_after_attempt, wait_exponential, RetryError"


def cases(door: Door) -> Iterator[Case]:
    """Without Tornado, and with it where it was provided."""
    options = ["-X", "mainstay_dropin=tenacity"] if door.name == DROPIN else []
    module = "mainstay.retry" if door.name == STRICT else "tenacity"
    statement = f"from {module} import {NAMES}"
    folders: dict[str, Path | None] = {"without Tornado": None}
    if door.extras and (door.extras / "tornado").is_dir():
        folders["with Tornado installed"] = door.extras / "tornado"
    for variant, folder in folders.items():
        yield _importing(variant, [*options, "-c", statement], folder)


def by_hand() -> Iterator[Case]:
    """A package and the shared object alone."""
    name = "mainstay.retry"
    package = f"import mainstay, sys; sys.modules[{name!r}] = type(sys)({name!r})"
    yield _importing("without Tornado", ["-c", f"{package}; mainstay._load('retry')"])


def _importing(variant: str, arguments: list[str], folder: Path | None = None) -> Case:
    return Case(
        "import",
        variant,
        interpreters(arguments, folder),
        baseline=interpreters(["-c", "pass"], folder),
        slow=True,
        clock=time_of_children,
    )
