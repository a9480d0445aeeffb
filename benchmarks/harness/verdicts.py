"""Holds figures against targets: reached, at least, or not; never rounded in our favour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .doors import DROPIN, STRICT
from .figures import Measured, worst_ratio
from .targets import Target


@dataclass(frozen=True)
class Verdict:
    """`dropin`, `strict`: the worst ratio over the target's rows; None when not measured."""

    target: Target
    dropin: float | None
    strict: float | None

    @property
    def words(self) -> str:
        """What to say about the drop-in's figure."""
        if self.dropin is None:
            return "not measured"
        if self.target.goal is not None and self.dropin >= self.target.goal:
            return "goal reached"
        if self.dropin >= self.target.at_least:
            return "reached"
        return "**below 1x**" if self.dropin < 1 else "not yet"


def judge(targets: Sequence[Target], measured: Sequence[Measured]) -> list[Verdict]:
    """One verdict per target, in their order."""
    return [
        Verdict(target, _worst(target, measured, DROPIN), _worst(target, measured, STRICT))
        for target in targets
    ]


def _worst(target: Target, measured: Sequence[Measured], column: str) -> float | None:
    found = [worst_ratio(measured, row, column) for row in target.rows]
    known = [reached for reached in found if reached is not None]
    # A row that is missing may hide the worst figure, so it takes the others with it.
    return min(known) if known and len(known) == len(found) else None
