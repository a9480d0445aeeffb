"""`benchmarks/floors.toml`: per row the ratio below which a change is a regression.

A floor lies well under what was measured, because machines are busy: FRACTION of the worst variant.
Raise floors with a gain (`python tools/bench.py --write-floors`), lower them only with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .doors import DROPIN, STRICT
from .figures import Measured, rows, worst_ratio
from .results import Results
from .targets import BENCHMARKS, read_toml
from .text import ratio

PATH = BENCHMARKS / "floors.toml"
COLUMNS = (DROPIN, STRICT)
FRACTION = 0.65

Floors = dict[str, dict[str, float]]
"""Per column (DROPIN, STRICT) and row."""

_HEAD = """\
# The ratio to the peer below which a change is a regression, in the worst variant of a row;
# about 65 % of what was measured. `make bench-check` compares. Written by
# `python tools/bench.py --write-floors` from the newest results; lower one only with a reason.
"""


@dataclass(frozen=True)
class Breach:
    """A row that is below its floor, or (`reached` None) that was not measured at all."""

    column: str
    row: str
    floor: float
    reached: float | None

    def __str__(self) -> str:
        name = f"{self.row} ({self.column})"
        if self.reached is None:
            return (
                f"{name}: was not measured, its floor is {ratio(self.floor)}; restore the case, or "
                "take the row out of benchmarks/floors.toml"
            )
        return (
            f"{name}: {ratio(self.reached)}, its floor is {ratio(self.floor)}; find what made it "
            "slower, or, if that is meant, lower the floor and say why"
        )


def read_floors(noun: str, path: Path = PATH) -> Floors:
    """The floors of a capability; empty when it has none."""
    if not path.exists():
        return {}
    table = read_toml(path).get(noun, {})
    return {column: {row: float(x) for row, x in table[column].items()} for column in table}


def breaches(floors: Mapping[str, Mapping[str, float]], measured: list[Measured]) -> list[Breach]:
    """What is below its floor, worst first."""
    found = []
    for column, table in floors.items():
        for row, floor in table.items():
            reached = worst_ratio(measured, row, column)
            if reached is None or reached < floor:
                found.append(Breach(column, row, floor, reached))
    return sorted(found, key=lambda breach: (breach.reached or 0.0) / breach.floor)


def unguarded(floors: Mapping[str, Mapping[str, float]], measured: list[Measured]) -> list[str]:
    """The rows that have a ratio and no floor."""
    return [
        f"{row} ({column})"
        for row in rows(measured)
        for column in COLUMNS
        if worst_ratio(measured, row, column) and row not in floors.get(column, {})
    ]


def floors_of(results: Results) -> Floors:
    """Floors that fit a run."""
    table: Floors = {}
    for column in COLUMNS:
        for row in rows(results.measured):
            reached = worst_ratio(results.measured, row, column)
            if reached:
                table.setdefault(column, {})[row] = float(f"{reached * FRACTION:.2g}")
    return table


def write_floors(all_floors: Mapping[str, Floors], path: Path = PATH) -> None:
    """Write the floors of all capabilities."""
    lines = [_HEAD]
    for noun in sorted(all_floors):
        for column, table in all_floors[noun].items():
            lines.append(f"[{noun}.{column}]")
            lines += [f"{json.dumps(row)} = {floor:g}" for row, floor in table.items()]
            lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
