"""Runs a capability's benchmark files: loads them per door, pairs cases, measures, prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from . import text
from .case import Case
from .doors import BY_HAND, DROPIN, PEER, STRICT, Door
from .figures import Measured, figures
from .measure import Column, Effort, measure
from .paths import Counter, complaint, way_taken

Columns = dict[str, Column]


@dataclass
class Run:
    """What came of it: figures, and the cases that did not go the way they were meant to."""

    measured: list[Measured] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def run(
    files: Sequence[Path],
    doors: Sequence[Door],
    effort: Effort,
    counter: Counter | None,
    only: Iterable[str] = (),
) -> Run:
    """Measure the cases of `files`, of the rows in `only` if any are named; prints as it goes."""
    wanted = set(only)
    done = Run()
    print(text.heading(), flush=True)
    for file in files:
        for columns in _paired(file, doors):
            case = next(iter(columns.values())).case
            if wanted and case.row not in wanted:
                continue
            one = _measured(columns, effort, counter, done.complaints)
            previous = done.measured[-1] if done.measured else None
            print("\n".join(text.lines(one, previous)), flush=True)
            done.measured.append(one)
    return done


def _measured(
    columns: Columns, effort: Effort, counter: Counter | None, complaints: list[str]
) -> Measured:
    paths: dict[str, str] = {}
    for name, column in columns.items():
        if counter and name in (DROPIN, STRICT) and not column.case.slow:
            with column.active():
                way = way_taken(column.case, counter)
            if way:
                paths[name] = way
            if wrong := complaint(column.case, name, way):
                complaints.append(wrong)
    case = next(iter(columns.values())).case
    return Measured(case.row, case.variant, figures(measure(columns, effort)), paths)


def _paired(file: Path, doors: Sequence[Door]) -> Iterator[Columns]:
    """The columns of each case, in the order of the peer's cases; what it lacks is not compared."""
    tables: dict[tuple[str, str], Columns] = {}
    for door in doors:
        with door.active():
            for case in _load(file, door.name).cases(door):
                if door.name == PEER:
                    tables[case.key] = {}
                _add(tables, case, Column(case, door.active), door.name, file)
    by_hand = getattr(_load(file, BY_HAND), "by_hand", None)
    for case in by_hand() if by_hand else ():
        _add(tables, case, Column(case, nullcontext), BY_HAND, file)
    yield from tables.values()


def _add(
    tables: dict[tuple[str, str], Columns], case: Case, column: Column, name: str, file: Path
) -> None:
    if case.key not in tables:
        raise ValueError(
            f"{file.name} yields {case.row!r} ({case.variant}) for {name} but not for the peer; "
            "a number needs a rival, so yield it for both"
        )
    tables[case.key][name] = column


def _load(file: Path, door: str) -> Any:
    """The file as a module of its own for each door, so that each has its own call sites."""
    name = f"benchmarks.{file.parent.name}.{file.stem}:{door}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is not a Python file; name it bench_<task>.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
