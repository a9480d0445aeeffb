"""One picture of a run: ratios as bars on a logarithmic scale, targets as marks. SVG by hand.

A bar is the median over a row's variants, the whisker in it reaches to the worst one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .doors import DROPIN, STRICT
from .text import ratio

_LEFT, _RIGHT, _TOP, _ROW, _BAR = 410, 70, 64, 34, 11
_WIDTH = 980
_COLOURS = {DROPIN: "#2563a8", STRICT: "#8fb8de"}
_TEXT = 'font-family="sans-serif" font-size="12" fill="#222"'


@dataclass(frozen=True)
class Bar:
    """A row: per column its middle and its worst ratio, and the least that is wanted of it."""

    row: str
    columns: dict[str, tuple[float, float]]
    at_least: float | None


def svg(title: str, bars: Sequence[Bar]) -> str:
    """The picture as text; the same input gives the same text."""
    scale = _Scale(
        [value for bar in bars for pair in bar.columns.values() for value in pair]
        + [bar.at_least for bar in bars if bar.at_least]
    )
    height = _TOP + _ROW * len(bars) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="24" {_TEXT} font-weight="bold">{escape(title)}</text>',
        *_legend(),
        *_grid(scale, height),
    ]
    for number, bar in enumerate(bars):
        parts += _bar(bar, _TOP + _ROW * number, scale)
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """Ratios to pixels; whole powers of ten around all values, and 1x always among them."""

    def __init__(self, values: Sequence[float]) -> None:
        usable = [value for value in values if value > 0] or [1.0]
        self.low = min(math.floor(math.log10(min(usable))), 0)
        self.high = max(math.ceil(math.log10(max(usable))), self.low + 1)

    def x(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * min(max(share, 0.0), 1.0), 1)


def _legend() -> list[str]:
    parts = []
    for x, (name, colour) in zip((_LEFT, _LEFT + 90), _COLOURS.items(), strict=True):
        parts.append(f'<rect x="{x}" y="34" width="11" height="11" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="44" {_TEXT}>{name}</text>')
    parts.append(f'<path d="M{_LEFT + 176} 33v13" stroke="#c2410c" stroke-width="2.5"/>')
    parts.append(f'<text x="{_LEFT + 184}" y="44" {_TEXT}>at least</text>')
    return parts


def _grid(scale: _Scale, height: int) -> list[str]:
    parts = []
    for power in range(scale.low, scale.high + 1):
        x = scale.x(10.0**power)
        # Left of 1x the peer is faster: that line is the one to see.
        colour = "#555" if power == 0 else "#ddd"
        parts.append(f'<path d="M{x} {_TOP - 8}V{height - 28}" stroke="{colour}"/>')
        text = f"{10.0**power:g}x"
        parts.append(f'<text x="{x}" y="{height - 12}" {_TEXT} text-anchor="middle">{text}</text>')
    return parts


def _bar(bar: Bar, top: int, scale: _Scale) -> list[str]:
    parts = [
        f'<text x="{_LEFT - 10}" y="{top + 15}" {_TEXT} text-anchor="end">{escape(bar.row)}</text>'
    ]
    start = scale.x(1.0)
    for number, (column, (middle, worst)) in enumerate(bar.columns.items()):
        y = top + number * _BAR
        left, right = sorted((start, scale.x(middle)))
        width = round(max(right - left, 1.0), 1)
        parts.append(
            f'<rect x="{left}" y="{y}" width="{width}" height="{_BAR - 1}" '
            f'fill="{_COLOURS[column]}"/>'
        )
        line = f"M{scale.x(worst)} {y + 5}H{scale.x(middle)}"
        parts.append(f'<path d="{line}" stroke="#111" stroke-opacity=".55"/>')
        if column == DROPIN:
            parts.append(f'<text x="{right + 6}" y="{y + 10}" {_TEXT}>{ratio(middle)}</text>')
    if bar.at_least:
        parts.append(
            f'<path d="M{scale.x(bar.at_least)} {top - 2}v{2 * _BAR + 3}" '
            'stroke="#c2410c" stroke-width="2.5"/>'
        )
    return parts
