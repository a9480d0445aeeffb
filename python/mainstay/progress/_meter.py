"""The text of a bar, for every value and `bar_format`: what the native meter leaves to Python.

`format_meter` asks the native meter first. It knows ints, floats and texts, and the fields people
use; Decimals, fields of subclasses, conversions and `{eta}` are formatted here.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from warnings import warn

from ._errors import TqdmWarning
from .utils import FormatReplace, disp_len, disp_trim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PREFIXES = ("", "k", "M", "G", "T", "P", "E", "Z")


class Bar:
    """A bar to be formatted: `f"{Bar(0.3):10a}"`.

    The specification is a width, below 0 counted from `default_len`, and one letter: `a` for ASCII,
    `u` for eighths of blocks, `b` for blanks. Without them it is `default_len` and `charset`.
    """

    ASCII = " 123456789#"
    UTF = " " + "".join(map(chr, range(0x258F, 0x2587, -1)))
    BLANK = "  "
    COLOUR_RESET = "\x1b[0m"
    COLOUR_RGB = "\x1b[38;2;%d;%d;%dm"
    COLOURS = {
        name: f"\x1b[{number}m"
        for number, name in enumerate(
            ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE"), 30
        )
    }

    def __init__(
        self, frac: Any, default_len: Any = 10, charset: Any = UTF, colour: str | None = None
    ) -> None:
        if not 0 <= frac <= 1:
            warn("clamping frac to range [0, 1]", TqdmWarning, stacklevel=2)
            frac = max(0, min(1, frac))
        if not default_len > 0:
            raise AssertionError(f"a bar needs a length above 0, got {default_len!r}")
        self.colour = colour
        self.frac, self.default_len, self.charset = frac, default_len, charset

    @property
    def colour(self) -> str | None:
        """The escape sequence; set by a name or "#rrggbb". An unknown one is warned of."""
        return self._colour

    @colour.setter
    def colour(self, value: Any) -> None:
        self._colour = self._sequence(value) if value else None

    def _sequence(self, value: Any) -> str | None:
        try:
            named = self.COLOURS.get(value.upper())
            if named is not None:
                return named
            if value[0] == "#" and len(value) == 7:
                red, green, blue = (int(value[at : at + 2], 16) for at in (1, 3, 5))
                return self.COLOUR_RGB % (red, green, blue)
        except AttributeError:
            pass
        warn(
            f"Unknown colour ({value}); valid choices: [hex (#00ff00), {', '.join(self.COLOURS)}]",
            TqdmWarning,
            stacklevel=4,
        )
        return None

    def __format__(self, format_spec: str) -> str:
        symbols, width = self.charset, format_spec
        forced = {"a": self.ASCII, "u": self.UTF, "b": self.BLANK}.get(format_spec[-1:].lower())
        if forced is not None:
            symbols, width = forced, format_spec[:-1]
        length = int(width) if width else self.default_len
        if length < 0:
            length += self.default_len
        steps = len(symbols) - 1
        full, part = divmod(int(self.frac * length * steps), steps)
        text: str = symbols[-1] * full
        if full < length:
            text = text + symbols[part] + symbols[0] * (length - full - 1)
        return f"{self.colour}{text}{self.COLOUR_RESET}" if self.colour else text


def size_text(num: Any, suffix: str = "", divisor: Any = 1000) -> str:
    """A number with three digits and its prefix, such as 1.23k."""
    for prefix in _PREFIXES:
        size = abs(num)
        if size < 999.5:
            form = "1.2f" if size < 9.995 else "2.1f" if size < 99.95 else "3.0f"
            return f"{num:{form}}{prefix}{suffix}"
        num /= divisor
    return f"{num:3.1f}Y{suffix}"


def interval_text(t: Any) -> str:
    """Seconds as [H:]MM:SS."""
    minutes, seconds = divmod(abs(int(t)), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02d}:{seconds:02d}"
    if hours:
        clock = f"{hours:d}:{clock}"
    return "-" + clock if t < 0 else clock


def number_text(n: Any) -> str:
    """Three significant digits, or the number itself where that is no longer."""
    short = f"{n:.3g}".replace("e+0", "e+").replace("e-0", "e-")
    full = str(n)
    return short if len(short) < len(full) else full


def _rate_text(rate: Any, scaled: Any) -> str:
    if not rate:
        return "?"
    return size_text(rate) if scaled else f"{rate:5.2f}"


def _arrival(seconds: Any) -> datetime:
    try:
        return datetime.now() + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max


def meter_text(
    n: Any,
    total: Any,
    elapsed: Any,
    ncols: Any = None,
    prefix: Any = "",
    ascii: Any = False,
    unit: Any = "it",
    unit_scale: Any = False,
    rate: Any = None,
    bar_format: Any = None,
    postfix: Any = None,
    unit_divisor: Any = 1000,
    initial: Any = 0,
    colour: Any = None,
    **extra_kwargs: Any,
) -> str:
    """The line of a bar that looks like that."""
    if total and (n >= total + 0.5 or total == float("inf")):
        total = None  # a total that was passed is none
    if unit_scale and unit_scale not in (True, 1):
        n *= unit_scale
        total = total * unit_scale if total else total
        rate = rate * unit_scale if rate else rate
        unit_scale = False
    if rate is None and elapsed:
        rate = (n - initial) / elapsed
    inverse = 1 / rate if rate else None
    slow = inverse is not None and inverse > 1
    per_second = f"{_rate_text(rate, unit_scale)}{unit}/s"
    per_item = f"{_rate_text(inverse, unit_scale)}s/{unit}"
    rate_fmt = per_item if slow else per_second
    if unit_scale:
        n_fmt = size_text(n, divisor=unit_divisor)
        total_fmt = "?" if total is None else size_text(total, divisor=unit_divisor)
    else:
        n_fmt = str(n)
        total_fmt = "?" if total is None else str(total)
    try:
        postfix = ", " + postfix if postfix else ""
    except TypeError:
        pass  # an object for a `bar_format` to look into
    known = rate and total
    remaining = (total - n) / rate if known else 0
    spent = interval_text(elapsed)
    left = interval_text(remaining) if rate else "?"
    l_bar = ""
    if prefix:
        l_bar = prefix if prefix[-2:] == ": " else prefix + ": "
    r_bar = f"| {n_fmt}/{total_fmt} [{spent}<{left}, {rate_fmt}{postfix}]"

    if total:
        fraction = n / total
        percentage = fraction * 100
        l_bar += f"{percentage:3.0f}%|"
        if ncols == 0:
            return str(l_bar[:-1] + r_bar[1:])
    elif not bar_format:
        head = f"{prefix}: " if prefix else ""
        line = f"{head}{n_fmt}{unit} [{spent}, {rate_fmt}{postfix}]"
        return disp_trim(line, ncols) if ncols else line
    else:
        fraction = percentage = 0
        l_bar += "|"

    fields = {
        "n": n,
        "n_fmt": n_fmt,
        "total": total,
        "total_fmt": total_fmt,
        "elapsed": spent,
        "elapsed_s": elapsed,
        "ncols": ncols,
        "desc": prefix or "",
        "unit": unit,
        "rate": inverse if slow else rate,
        "rate_fmt": rate_fmt,
        "rate_noinv": rate,
        "rate_noinv_fmt": per_second,
        "rate_inv": inverse,
        "rate_inv_fmt": per_item,
        "postfix": postfix,
        "unit_divisor": unit_divisor,
        "colour": colour,
        "remaining": left,
        "remaining_s": remaining,
        "eta": _arrival(remaining) if known else datetime.fromtimestamp(0, timezone.utc),
        **extra_kwargs,
        "l_bar": l_bar,
        "r_bar": extra_kwargs.get("r_bar", r_bar),
    }
    if bar_format:
        fields["percentage"] = percentage
        if total and not prefix:
            bar_format = bar_format.replace("{desc}: ", "")
    else:
        bar_format = "{l_bar}{bar}{r_bar}"
    without = FormatReplace()
    line = bar_format.format(bar=without, **fields)
    if without.format_called:
        symbols = Bar.ASCII if ascii is True else ascii or Bar.UTF
        if not total:
            symbols = Bar.BLANK
        room = max(1, ncols - disp_len(line)) if ncols else 10
        bar = Bar(fraction, room, charset=symbols, colour=colour)
        line = bar_format.format(bar=bar, **fields)
    return disp_trim(line, ncols) if ncols else line
