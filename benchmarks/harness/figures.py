"""From samples to figures: medians, quartiles, ratios. All times are nanoseconds per operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from .doors import PEER


@dataclass(frozen=True)
class Spread:
    """A median with the quartiles around it."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """What one implementation needed; `ratio`: the peer's time divided by this one's."""

    nanoseconds: Spread
    ratio: Spread | None


@dataclass(frozen=True)
class Measured:
    """One variant of a row over all implementations that have it.

    `paths`: per implementation, what its path counter said; nothing where none is kept.
    """

    row: str
    variant: str
    figures: dict[str, Figure]
    paths: dict[str, str] = field(default_factory=dict)


def figures(samples: Mapping[str, Sequence[float]]) -> dict[str, Figure]:
    """Figures of samples in seconds. Ratios are taken round by round: neighbours in time share
    what else the machine was doing, so their quotient is steadier than that of two medians."""
    peer = samples.get(PEER)
    return {
        name: Figure(
            spread([second * 1e9 for second in taken]),
            spread([theirs / ours for theirs, ours in zip(peer, taken, strict=True)])
            if peer and name != PEER
            else None,
        )
        for name, taken in samples.items()
    }


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles; of one value, that value."""
    if len(values) < 2:
        return Spread(values[0], values[0], values[0])
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(middle, low, high)


def worst_ratio(measured: Sequence[Measured], row: str, column: str) -> float | None:
    """The smallest ratio among the variants of a row; None when it was not measured."""
    found = [
        figure.ratio.median
        for one in measured
        if one.row == row and (figure := one.figures.get(column)) and figure.ratio
    ]
    return min(found, default=None)


def middle_ratio(measured: Sequence[Measured], row: str, column: str) -> float | None:
    """The median ratio over the variants of a row; None when it was not measured."""
    found = [
        figure.ratio.median
        for one in measured
        if one.row == row and (figure := one.figures.get(column)) and figure.ratio
    ]
    return median(found) if found else None


def rows(measured: Sequence[Measured]) -> list[str]:
    """The names of the rows in the order they were measured."""
    return list(dict.fromkeys(one.row for one in measured))
