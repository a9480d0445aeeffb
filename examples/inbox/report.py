"""What the service says in the end: counts and digests, nothing that depends on time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any


def as_text(facts: Mapping[str, Any]) -> str:
    """The report for people, one line per fact, always in the same order."""
    lines = ["inbox report"]
    for name, value in facts.items():
        if isinstance(value, dict):
            parts = ", ".join(f"{key} {_number(count)}" for key, count in value.items())
            lines.append(f"  {name:<16} {parts or 'none'}")
        else:
            lines.append(f"  {name:<16} {_number(value)}")
    return "\n".join(lines) + "\n"


def with_total(counts: Counter[str]) -> dict[str, int]:
    """The counts by name, their sum first; zero counts are left out."""
    return {"total": sum(counts.values()), **dict(sorted(counts.items()))}


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
