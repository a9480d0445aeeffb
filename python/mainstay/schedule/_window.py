"""Days and hours in words: what on(), during() and between() take, as the engine's masks."""

from __future__ import annotations

import datetime

from ._errors import ScheduleValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_EPOCH = datetime.date(1970, 1, 1)
_GROUPS = {"weekdays": "monday-friday", "weekend": "saturday-sunday"}


class Window:
    """When runs may begin: the arguments of Job._set_window, collected from several calls."""

    def __init__(self) -> None:
        self.weekdays = 0
        self.months = 0
        self.month_days = 0
        self.last_days = 0
        self.dates: list[int] = []
        self.opens = 0
        self.closes = 24 * 3600

    def add_day(self, day: Any) -> None:
        """A weekday or a range of them, a day of the month (-1 is the last), or a date."""
        if (
            isinstance(day, int)
            and not isinstance(day, bool)
            and (1 <= day <= 31 or -31 <= day < 0)
        ):
            if day > 0:
                self.month_days |= 1 << (day - 1)
            else:
                self.last_days |= 1 << (-day - 1)
        elif isinstance(day, str) and day[:1].isalpha():
            self.weekdays |= _names(_GROUPS.get(day.lower(), day), DAYS, "day of the week")
        else:
            self.dates.append((_date(day) - _EPOCH).days)

    def add_month(self, month: Any) -> None:
        """A month by name or number, or a range of names."""
        if isinstance(month, int) and not isinstance(month, bool) and 1 <= month <= 12:
            self.months |= 1 << (month - 1)
        else:
            self.months |= _names(month, MONTHS, "month")

    def set_hours(self, opens: Any, closes: Any) -> None:
        """The time of day from which and before which runs may begin."""
        self.opens, self.closes = _time(opens), _time(closes)
        if self.opens == self.closes:
            raise ScheduleValueError(f"between() is given two different times, got {opens!r} twice")

    def arguments(self) -> tuple[int, int, int, int, list[int], int, int]:
        """For Job._set_window: what was not mentioned does not restrict."""
        month_days = self.month_days if self.month_days or self.last_days else 0x7FFFFFFF
        return (
            *(self.weekdays or 0x7F, self.months or 0xFFF, month_days, self.last_days),
            *(self.dates, self.opens, self.closes),
        )


def _names(text: Any, names: tuple[str, ...], what: str) -> int:
    """The bits of a name or of a range such as fri-mon; names may be cut to three letters."""
    if isinstance(text, str):
        found = [_index(part.strip().lower(), names) for part in text.split("-")]
        if None not in found and len(found) in (1, 2):
            first, last = int(found[0] or 0), int(found[-1] or 0)
            count = (last - first) % len(names) + 1
            return sum(1 << (first + step) % len(names) for step in range(count))
    raise ScheduleValueError(
        f"{text!r} is no {what}; write one such as {names[0]!r}, or a range such as "
        f"'{names[0][:3]}-{names[4][:3]}'"
    )


def _index(name: str, names: tuple[str, ...]) -> int | None:
    for index, each in enumerate(names):
        if name == each or (len(name) >= 3 and each.startswith(name)):
            return index
    return None


def _date(day: Any) -> datetime.date:
    try:
        if isinstance(day, str):
            return datetime.date.fromisoformat(day)
        if isinstance(day, datetime.date):
            return datetime.date(day.year, day.month, day.day)
    except ValueError:
        pass
    raise ScheduleValueError(
        f"{day!r} is no day; write a weekday such as 'monday' or 'mon-fri', a day of the month "
        "from 1 to 31 or from -1 for the last, or a date such as '2027-12-24'"
    )


def _time(text: Any) -> int:
    """Seconds of the day of a datetime.time or of a text HH:MM or HH:MM:SS; 24:00 is allowed."""
    if isinstance(text, datetime.time):
        return text.hour * 3600 + text.minute * 60 + text.second
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) in (2, 3) and all(len(part) == 2 and part.isdecimal() for part in parts):
        hour, minute, second = (*map(int, parts), 0)[:3]
        if (hour < 24 and minute < 60 and second < 60) or (hour, minute, second) == (24, 0, 0):
            return hour * 3600 + minute * 60 + second
    raise ScheduleValueError(f"{text!r} is no time of day; write one such as '08:00'")
