"""Dates and times: parsing, relative times in words, ranges of dates, and simple time zones.

The zones know the rules of the operating system (`LocalTZ`) or of the United States since 1967;
for all others use `zoneinfo`. Plain functions and immutable zones: threads may share everything.
"""

from __future__ import annotations

import bisect
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Date = TypeVar("_Date", bound=date)

__all__ = [
    "EPOCH_AWARE",
    "UTC",
    "Central",
    "ConstantTZInfo",
    "Eastern",
    "LocalTZ",
    "LocalTZInfo",
    "Mountain",
    "Pacific",
    "USTimeZone",
    "daterange",
    "decimal_relative_time",
    "dt_to_timestamp",
    "isoparse",
    "parse_td",
    "parse_timedelta",
    "relative_time",
    "strpdate",
    "total_seconds",
]


total_seconds = timedelta.total_seconds

ZERO = timedelta(0)
HOUR = timedelta(hours=1)

_EPOCH_NAIVE = datetime(1970, 1, 1)

# From which difference on a unit is used, its length and its name.
_BOUNDS = [
    (ZERO, timedelta(seconds=1), "second"),
    (timedelta(minutes=1), timedelta(minutes=1), "minute"),
    (HOUR, HOUR, "hour"),
    (timedelta(days=1), timedelta(days=1), "day"),
    (timedelta(days=7), timedelta(days=7), "week"),
    (timedelta(days=60), timedelta(days=30), "month"),
    (timedelta(days=365), timedelta(days=365), "year"),
]
_BOUND_DELTAS = [bound for bound, _, _ in _BOUNDS]

_UNIT_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_FLOAT_PATTERN = r"[+-]?\ *(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_find_durations = re.compile(rf"({_FLOAT_PATTERN})\s*(\w)\w*").findall

_split_numbers = re.compile(r"\D").split
# Lengths of what isoformat() returns without an offset; fromisoformat() reads these in C.
_ISO_LENGTHS = frozenset({10, 19, 23, 26})


def dt_to_timestamp(dt: datetime) -> float:
    """Seconds since the epoch. A datetime without zone is taken as UTC."""
    return (dt - (EPOCH_AWARE if dt.tzinfo else _EPOCH_NAIVE)).total_seconds()


def isoparse(iso_str: str) -> datetime:
    """Read what `datetime.isoformat()` writes for a datetime without zone.

    Digits beyond microseconds are cut off. Raises `ValueError` for other text, offsets included.
    """
    if len(iso_str) in _ISO_LENGTHS and iso_str[4] == "-":
        try:
            found = datetime.fromisoformat(iso_str)
        except ValueError:
            pass
        else:
            if found.tzinfo is None:
                return found
    fields = _split_numbers(iso_str)
    if len(fields) == 7:
        fields[6] = fields[6] and fields[6][:6].ljust(6, "0")
    values = [int(field) for field in fields]
    if not 3 <= len(values) <= 7:
        raise ValueError(
            f"expected a date or a datetime without offset, as isoformat() writes it: {iso_str!r}"
        )
    return datetime(*values)  # type: ignore[arg-type]  # the eighth would be the zone


def parse_timedelta(text: str) -> timedelta:
    """Read a duration such as `1d 2h 3.5m 0s`, `2 weeks 1 day` or `-1.5 weeks`.

    Units are weeks, days, hours, minutes and seconds; only their first letter counts. Raises
    `ValueError` for other units and for text that is no number.
    """
    amounts = dict.fromkeys(_UNIT_SECONDS, 0.0)
    for number, unit in _find_durations(text):
        if unit not in amounts:
            raise ValueError(f"invalid time unit {unit!r}, expected one of {amounts.keys()!r}")
        try:
            amounts[unit] = float(number)
        except ValueError:
            raise ValueError(f"invalid time value for unit {unit!r}: {number!r}") from None
    return timedelta(
        weeks=amounts["w"],
        days=amounts["d"],
        hours=amounts["h"],
        minutes=amounts["m"],
        seconds=amounts["s"],
    )


parse_td = parse_timedelta


def decimal_relative_time(
    d: datetime, other: datetime | None = None, ndigits: int = 0, cardinalize: bool = True
) -> tuple[float, str]:
    """The time from `d` to `other` (default: now) as a number and the unit that suits it.

    The number is rounded to `ndigits` digits and negative if `d` is later. The unit is a plural
    where English wants one, unless `cardinalize` is false.
    """
    if other is None:
        other = datetime.now(d.tzinfo or timezone.utc)
        if d.tzinfo is None:
            other = other.replace(tzinfo=None)
    difference = other - d
    _, length, unit = _BOUNDS[bisect.bisect(_BOUND_DELTAS, abs(difference)) - 1]
    value = round(difference.total_seconds() / length.total_seconds(), ndigits)
    if cardinalize and abs(value) != 1:
        unit += "s"
    return value, unit


def relative_time(d: datetime, other: datetime | None = None, ndigits: int = 0) -> str:
    """How long ago `d` is, in words: `1.4 days ago`, `1 week from now`."""
    value, unit = decimal_relative_time(d, other, ndigits)
    return f"{abs(value):g} {unit} {'from now' if value < 0 else 'ago'}"


def strpdate(string: str, format: str) -> date:
    """`datetime.strptime` for dates: fields of the time of day are read and dropped."""
    return datetime.strptime(string, format).date()


def daterange(
    start: _Date,
    stop: _Date | None,
    step: int | timedelta | tuple[int, int, int] = 1,
    inclusive: bool = False,
) -> Iterator[_Date]:
    """Dates from `start` in steps until before `stop`, or without end if `stop` is None.

    `step` is a number of days, a timedelta, or years, months and days; it may be negative, and if
    it leads away from `stop` there is nothing. `inclusive` lets `stop` itself be the last. Raises
    `ValueError` for a step that does not advance, or that lands on a day its month does not have.
    """
    if not isinstance(start, date):
        raise TypeError(f"start expected datetime.date instance, not {start!r}")
    if stop is not None and not isinstance(stop, date):
        raise TypeError(f"stop expected datetime.date instance or None, not {stop!r}")
    months, days = 0, ZERO
    if isinstance(step, int):
        days = timedelta(days=step)
    elif isinstance(step, timedelta):
        days = step
    elif isinstance(step, tuple):
        year_step, month_step, day_step = map(int, step)
        months, days = 12 * year_step + month_step, timedelta(days=day_step)
    else:
        raise ValueError(
            f"step expected int, timedelta, or tuple (year, month, day), not: {step!r}"
        )

    def following(day: _Date) -> _Date:
        if months:
            year, month0 = divmod(12 * day.year + day.month - 1 + months, 12)
            day = day.replace(year=year, month=month0 + 1)
        return day + days

    first = following(start)
    forward = first > start

    def advanced(before: _Date, after: _Date) -> _Date:
        if after == before or (after > before) is not forward:
            raise ValueError(f"step does not advance: {step!r}")
        return after

    advanced(start, first)
    current = start
    while stop is None or (current < stop if forward else current > stop):
        yield current
        # A date is worked out when it is wanted: the one after the last may not exist.
        current = first if current is start else advanced(current, following(current))
    if inclusive and current == stop:
        yield current


class ConstantTZInfo(tzinfo):
    """A zone with a fixed offset and no daylight saving time."""

    def __init__(self, name: str = "ConstantTZ", offset: timedelta = ZERO) -> None:
        self.name = name
        self.offset = offset

    @property
    def utcoffset_hours(self) -> float:
        """The offset from UTC in hours."""
        return self.offset / HOUR

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return self.offset

    def tzname(self, dt: datetime | None) -> str:
        return self.name

    def dst(self, dt: datetime | None) -> timedelta:
        return ZERO

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, offset={self.offset!r})"


UTC = ConstantTZInfo("UTC")
EPOCH_AWARE = datetime.fromtimestamp(0, UTC)


class LocalTZInfo(tzinfo):
    """The zone of the operating system, as the module `time` knows it."""

    _std_offset = timedelta(seconds=-time.timezone)
    _dst_offset = timedelta(seconds=-time.altzone) if time.daylight else _std_offset

    def is_dst(self, dt: datetime) -> bool:
        """Whether daylight saving time applies at this local time."""
        return time.localtime(dt.replace(tzinfo=None).timestamp()).tm_isdst > 0

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return self._dst_offset if dt is not None and self.is_dst(dt) else self._std_offset

    def dst(self, dt: datetime | None) -> timedelta:
        return self.utcoffset(dt) - self._std_offset

    def tzname(self, dt: datetime | None) -> str:
        return time.tzname[dt is not None and self.is_dst(dt)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


LocalTZ = LocalTZInfo()


# Daylight saving time in the United States begins and ends on the first Sunday from these on.
_US_RULES = [
    (first_year, datetime(1, *start, 2), datetime(1, *end, 2))
    for first_year, start, end in (
        (2007, (3, 8), (11, 1)),
        (1987, (4, 1), (10, 25)),
        (1967, (4, 24), (10, 25)),
    )
]
_, DSTSTART_2007, DSTEND_2007 = _US_RULES[0]
_, DSTSTART_1987_2006, DSTEND_1987_2006 = _US_RULES[1]
_, DSTSTART_1967_1986, DSTEND_1967_1986 = _US_RULES[2]


def _first_sunday_on_or_after(dt: datetime) -> datetime:
    return dt + timedelta(days=6 - dt.weekday())


class USTimeZone(tzinfo):
    """A zone of the United States with the daylight saving time of 1967 and later."""

    def __init__(self, hours: int, reprname: str, stdname: str, dstname: str) -> None:
        self.reprname, self.stdname, self.dstname = reprname, stdname, dstname
        self.stdoffset = hours * HOUR

    def __repr__(self) -> str:
        return self.reprname

    def tzname(self, dt: datetime | None) -> str:
        return self.dstname if self.dst(dt) else self.stdname

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return self.stdoffset + self.dst(dt)

    def _dst_range(self, year: int) -> tuple[datetime, datetime] | tuple[None, None]:
        """When daylight saving time begins and ends that year, in the local time then valid."""
        for first_year, start, end in _US_RULES:
            if year >= first_year:
                return (
                    _first_sunday_on_or_after(start.replace(year=year)),
                    _first_sunday_on_or_after(end.replace(year=year)),
                )
        return None, None

    def dst(self, dt: datetime | None) -> timedelta:
        if dt is None or dt.tzinfo is None:
            return ZERO
        if dt.tzinfo is not self:
            raise ValueError(f"expected a datetime of the zone {self!r}, not {dt!r}")
        start, end = self._dst_range(dt.year)
        local = dt.replace(tzinfo=None)
        if start is None or end is None or not start <= local < end:
            return ZERO
        repeated = local >= end - HOUR  # the last hour happens once more, in standard time
        return ZERO if repeated and dt.fold else HOUR

    def fromutc(self, dt: datetime) -> datetime:
        if dt.tzinfo is not self:
            raise ValueError("fromutc: dt.tzinfo is not self")
        start, end = self._dst_range(dt.year)
        standard = dt + self.stdoffset
        clock = standard.replace(tzinfo=None)
        if start is None or end is None or not start <= clock < end:
            return standard
        if clock < end - HOUR:
            return standard + HOUR
        return standard.replace(fold=1)


Eastern = USTimeZone(-5, "Eastern", "EST", "EDT")
Central = USTimeZone(-6, "Central", "CST", "CDT")
Mountain = USTimeZone(-7, "Mountain", "MST", "MDT")
Pacific = USTimeZone(-8, "Pacific", "PST", "PDT")
