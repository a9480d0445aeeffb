"""Figures as people read them, and the table that grows on the terminal while it is measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .doors import BY_HAND, DROPIN, PEER, STRICT
from .figures import Figure, Measured

_UNITS = (("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9))
_VARIANT = 34


def duration(nanoseconds: float) -> str:
    """Three digits and a unit: `152 ns`, `12.9 us`."""
    unit, size = next(
        ((unit, size) for unit, size in _UNITS if nanoseconds < 999.5 * size), _UNITS[-1]
    )
    return f"{_three_digits(nanoseconds / size)} {unit}"


def ratio(value: float) -> str:
    """`48x`, `7.3x`, `0.94x`."""
    return f"{_three_digits(value) if value < 100 else f'{value:.0f}'}x"


def _three_digits(value: float) -> str:
    if value < 9.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def heading() -> str:
    """The first line of the table."""
    columns = f"{'peer':>9}  {'drop-in':>9} {'ratio':>7} {'quartiles':>13}"
    return f"{'':{_VARIANT}}{columns}  {'strict':>9} {'ratio':>7}  {'by hand':>9}  way of drop-in"


def lines(one: Measured, previous: Measured | None) -> Iterator[str]:
    """The lines one variant adds: its row's name when it is the first of its row, then figures."""
    if previous is None or previous.row != one.row:
        yield one.row
    cells = [f"  {one.variant:{_VARIANT - 2}}"]
    cells.append(f"{_time(one.figures.get(PEER)):>9}  ")
    cells.append(f"{_time(one.figures.get(DROPIN)):>9} {_ratio(one.figures.get(DROPIN)):>7} ")
    cells.append(f"{_quartiles(one.figures.get(DROPIN)):>13}  ")
    cells.append(f"{_time(one.figures.get(STRICT)):>9} {_ratio(one.figures.get(STRICT)):>7}  ")
    cells.append(f"{_time(one.figures.get(BY_HAND)):>9}  {one.paths.get(DROPIN) or '-'}")
    yield "".join(cells)


def table(measured: Sequence[Measured]) -> str:
    """The whole table."""
    text = [heading()]
    for number, one in enumerate(measured):
        text += lines(one, measured[number - 1] if number else None)
    return "\n".join(text)


def _time(figure: Figure | None) -> str:
    return duration(figure.nanoseconds.median) if figure else "-"


def _ratio(figure: Figure | None) -> str:
    return ratio(figure.ratio.median) if figure and figure.ratio else "-"


def _quartiles(figure: Figure | None) -> str:
    if figure is None or figure.ratio is None:
        return "-"
    return f"{ratio(figure.ratio.low)[:-1]}..{ratio(figure.ratio.high)[:-1]}"
