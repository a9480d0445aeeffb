"""Results on disk: `benchmarks/results/<date>-<noun>.json`, one line per case so that diffs read.

Knows the format and the file names, nothing of how figures came about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .figures import Figure, Measured, Spread
from .targets import BENCHMARKS

RESULTS = BENCHMARKS / "results"
SCHEMA = 1


@dataclass(frozen=True)
class Results:
    """One run. `facts`: on what it was measured, in words; `date` as YYYY-MM-DD."""

    noun: str
    date: str
    facts: dict[str, str]
    measured: tuple[Measured, ...]


def write(results: Results, path: Path) -> None:
    """Write a run; the folder is made when it is missing."""
    head = {"schema": SCHEMA, "capability": results.noun, "date": results.date}
    lines = [json.dumps(head | {"facts": results.facts}, indent=1)[:-2] + ',\n "cases": [']
    lines.append(",\n".join(f"  {json.dumps(_to_json(one))}" for one in results.measured))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, " ]\n}\n"]), encoding="utf-8")


def read(path: Path) -> Results:
    """Read a run; raises ValueError when the file is of another schema."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if data.get("schema") != SCHEMA:
        raise ValueError(
            f"{path.name} has schema {data.get('schema')!r}, wanted {SCHEMA}; measure again"
        )
    cases = tuple(_from_json(case) for case in data["cases"])
    return Results(data["capability"], data["date"], data["facts"], cases)


def newest(noun: str, folder: Path = RESULTS) -> Results | None:
    """The newest run of a capability, or None when there is none."""
    found = sorted(folder.glob(f"????-??-??-{noun}.json"))
    return read(found[-1]) if found else None


def path_of(results: Results, folder: Path = RESULTS) -> Path:
    """Where a run is kept. A second run of one day replaces the first."""
    return folder / f"{results.date}-{results.noun}.json"


def _to_json(one: Measured) -> dict[str, Any]:
    columns = {
        name: {"ns": _rounded(figure.nanoseconds)}
        | ({"ratio": _rounded(figure.ratio)} if figure.ratio else {})
        | ({"path": one.paths[name]} if one.paths.get(name) else {})
        for name, figure in one.figures.items()
    }
    return {"row": one.row, "variant": one.variant, "columns": columns}


def _from_json(case: dict[str, Any]) -> Measured:
    columns: dict[str, dict[str, Any]] = case["columns"]
    figures = {
        name: Figure(Spread(*column["ns"]), Spread(*column["ratio"]) if "ratio" in column else None)
        for name, column in columns.items()
    }
    paths = {name: column["path"] for name, column in columns.items() if "path" in column}
    return Measured(case["row"], case["variant"], figures, paths)


def _rounded(spread: Spread) -> list[float]:
    return [float(f"{value:.4g}") for value in (spread.median, spread.low, spread.high)]
