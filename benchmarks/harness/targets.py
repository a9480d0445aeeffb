"""Reads `benchmarks/<noun>/targets.toml`: the rival of a capability, and what is to be reached."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"


@dataclass(frozen=True)
class Doors:
    """`peer`: the distribution; `modules`: what to import of it, the package itself first;
    `strict`: our module; `extras`: distributions that some rows want installed."""

    peer: str
    modules: tuple[str, ...]
    strict: str
    extras: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A promise about some rows: the peer's time divided by ours, in the worst of their variants.

    `note` is an addition to the goal, in words.
    """

    operation: str
    rows: tuple[str, ...]
    at_least: float
    goal: float | None
    note: str


@dataclass(frozen=True)
class Targets:
    """All of one file."""

    doors: Doors
    targets: tuple[Target, ...]


def capabilities() -> list[str]:
    """The capabilities that have benchmarks of the package."""
    return sorted({path.parent.name for path in BENCHMARKS.glob("*/bench_*.py")})


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file; raises ValueError that names the file when it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{path.name} is not valid TOML: {error}; mend the line it names"
        ) from None


def read_targets(noun: str, folder: Path = BENCHMARKS) -> Targets:
    """The targets of a capability; raises ValueError for a field that is missing."""
    path = folder / noun / "targets.toml"
    data = read_toml(path)
    try:
        doors = data["doors"]
        return Targets(
            Doors(
                doors["peer"],
                tuple(doors["modules"]),
                doors["strict"],
                tuple(doors.get("extras", ())),
            ),
            tuple(
                Target(
                    entry["operation"],
                    tuple(entry["rows"]),
                    float(entry["at_least"]),
                    float(entry["goal"]) if "goal" in entry else None,
                    entry.get("note", ""),
                )
                for entry in data.get("target", ())
            ),
        )
    except KeyError as error:
        raise ValueError(f"{noun}/targets.toml lacks the field {error}; add it") from None
