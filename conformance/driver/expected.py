"""What each test did on the peer, recorded per release and Python: then a run needs only our side.

`expected.json` beside the recipe; `run.py PEER --record` writes it. A Python whose outcomes equal
those of one recorded before names it instead of repeating them. Nothing of a record is used when
the suite's hash is not the recipe's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from driver.recipe import Recipe
from driver.sides import PEER, Outcome, Side

NAME = "expected.json"


def read_expected(folder: Path, recipe: Recipe, python: str) -> Side | None:
    """The peer's outcomes on this Python ("3.11"); None when they are not recorded."""
    data = _read(folder, recipe)
    files = data["outcomes"].get(python)
    if isinstance(files, str):
        files = data["outcomes"][files]
    if files is None:
        return None
    side = Side(PEER)
    for file, results in files.items():
        for result, tests in results.items():
            for test in tests:
                side.outcomes[f"{file}::{test}"] = Outcome(result)
    side.collected = list(side.outcomes)
    return side


def write_expected(folder: Path, recipe: Recipe, python: str, side: Side) -> Path:
    """Record what a run on the peer gave; returns the file."""
    files: dict[str, dict[str, list[str]]] = {}
    for test, outcome in sorted(side.outcomes.items()):
        file, _, name = test.partition("::")
        files.setdefault(file, {}).setdefault(outcome.result, []).append(name)
    data = _read(folder, recipe)
    outcomes: dict[str, Any] = data["outcomes"]
    followers = [minor for minor, value in outcomes.items() if value == python]
    if followers:  # they named the record that is about to change
        outcomes[followers[0]] = outcomes[python]
        outcomes.update(dict.fromkeys(followers[1:], followers[0]))
    outcomes.pop(python, None)
    same = next((minor for minor, value in outcomes.items() if value == files), None)
    outcomes[python] = same or files
    data["outcomes"] = dict(sorted(outcomes.items(), key=lambda item: int(item[0].split(".")[1])))
    path = folder / NAME
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return path


def _read(folder: Path, recipe: Recipe) -> dict[str, Any]:
    path = folder / NAME
    fresh = {"release": recipe.version, "suite": recipe.source_sha256, "outcomes": {}}
    if not path.exists():
        return fresh
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    current = (data["release"], data["suite"]) == (recipe.version, recipe.source_sha256)
    return data if current else fresh
