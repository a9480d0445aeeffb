"""Job: what runs, how often, and when next. A builder whose methods return the job itself."""

from __future__ import annotations

import datetime
import time

from . import _native
from ._errors import ScheduleValueError
from ._window import DAYS, Window

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Any


class Job(_native.Job):
    """A function that runs again and again. Made by `every()`, registered by `do()`.

    Attributes may be set; a next run that is set counts at once. For one thread at a time.
    """

    last_result: Any = None
    """What its last run returned; of jobs with options."""
    last_error: Exception | None = None
    """What its last run raised, or None; of jobs with options."""
    due: datetime.datetime | None = None
    """When its last run, or the one that runs, was to begin; of jobs with options."""
    _window: Window | None = None

    def __lt__(self, other: Job) -> bool:
        mine: Any = self.next_run  # None is refused by the comparison, as with the peer
        return bool(mine < other.next_run)

    def __str__(self) -> str:
        func = self.job_func
        name = _name_of(func)
        # One that a program set need not be a partial.
        args = "()" if func is None else getattr(func, "args", ())
        kwargs = "{}" if func is None else getattr(func, "keywords", {})
        return (
            f"Job(interval={self.interval}, unit={self.unit}, do={name}, "
            f"args={args}, kwargs={kwargs})"
        )

    def __repr__(self) -> str:
        last, following = _shown(self.last_run), _shown(self.next_run)
        return f"{self._words()}do {self._call_shown()} (last run: {last}, next run: {following})"

    def _words(self) -> str:
        if self._cron is not None:
            return f"Cron {self._cron!r} "
        unit = self.unit
        if unit is not None and self.interval == 1:
            unit = unit[:-1]
        words = f"Every {self.interval} "
        if self.at_time is None and self.latest is not None:
            words += f"to {self.latest} "
        words += f"{unit} "
        if self.at_time is not None:
            words += f"at {self.at_time} "
        return words

    def _call_shown(self) -> str:
        func = self.job_func
        if func is None:
            return "[None]"
        name = _name_of(func)
        args, kwargs = getattr(func, "args", ()), getattr(func, "keywords", {})
        given = [str(arg) if isinstance(arg, Job) else repr(arg) for arg in args]
        given += [f"{key}={value!r}" for key, value in kwargs.items()]
        return f"{name}({', '.join(given)})"

    def tag(self, *tags: Hashable) -> Job:
        """Marks the job, for `get_jobs(tag)`, `clear(tag)` and `next_run(tag)`."""
        try:
            for tag in tags:
                hash(tag)
        except TypeError:
            raise TypeError("Tags must be hashable") from None
        self.tags.update(tags)
        return self._described_anew()

    def to(self, latest: int) -> Job:
        """A random interval, from that of `every()` to `latest`, both included."""
        self.latest = latest
        return self

    def until(
        self, until_time: datetime.datetime | datetime.timedelta | datetime.time | str
    ) -> Job:
        """No run after this moment; the job is then cancelled. Times without a date mean today.

        A text is a date, a time, or both: `2027-01-31 10:30:00`, seconds or time left out.
        """
        now = datetime.datetime.now()
        if isinstance(until_time, datetime.datetime):
            self.cancel_after = until_time
            if until_time.tzinfo is not None:
                now = datetime.datetime.now(until_time.tzinfo)
        elif isinstance(until_time, datetime.timedelta):
            self.cancel_after = now + until_time
        elif isinstance(until_time, datetime.time):
            self.cancel_after = datetime.datetime.combine(now, until_time)
        elif isinstance(until_time, str):
            self.cancel_after = _moment_in(until_time, now)
        else:
            raise TypeError(
                "until() takes a string, datetime.datetime, datetime.timedelta, "
                "datetime.time parameter"
            )
        if self.cancel_after < now:
            raise ScheduleValueError("Cannot schedule a job to run until a time in the past")
        return self._described_anew()

    def _described_anew(self) -> Job:
        """Tells the store what was said after do()."""
        store = getattr(self.scheduler, "_store", None)
        if store is not None and self.scheduler._has(self):
            store.describe_anew(self)
        return self

    def _registered(self) -> None:
        """Called by do() for jobs with options, when the job is in the list."""
        store = self.scheduler._store
        if store is None or self._options is None or self._options.name is None:
            return
        try:
            store.adopt(self)
        except BaseException:
            self.scheduler.jobs.remove(self)
            raise

    def _kept_run(self) -> int | None:
        """Called by do() for a job that would never run: the run that a store has for it."""
        store = getattr(self.scheduler, "_store", None)
        return None if store is None else store.kept_run(self)

    def on(self, *days: int | str | datetime.date) -> Job:
        """Runs on these days only: 'monday', 'mon-fri', 'weekdays', 'weekend'; 1 to 31 for days of
        the month, -1 for the last; dates, also as '2027-12-24'. Each kind restricts the others.

        Jobs with a time of day keep it; the others begin when the first of the days does.
        """
        window = self._widened()
        for day in days:
            window.add_day(day)
        return self._restricted(window)

    def during(self, *months: int | str) -> Job:
        """Runs in these months only: names, ranges such as 'oct-mar', or numbers."""
        window = self._widened()
        for month in months:
            window.add_month(month)
        return self._restricted(window)

    def between(self, opens: str | datetime.time, closes: str | datetime.time) -> Job:
        """Runs begin at or after `opens` and before `closes`, times such as '08:00'.

        A window over midnight, from '22:00' to '04:00', belongs to the day on which it opens.
        """
        window = self._widened()
        window.set_hours(opens, closes)
        return self._restricted(window)

    def _widened(self) -> Window:
        if self._cron is not None:
            raise ScheduleValueError(
                f"a cron expression names its days and hours itself: {self._cron!r}"
            )
        return self._window or Window()

    def _restricted(self, window: Window) -> Job:
        self._set_window(*window.arguments())
        self._window = window
        return self

    def next_runs(self, count: int) -> list[datetime.datetime]:
        """When it runs next, and after that: up to `count` times, fewer when it ends before.

        In its zone if it has one, else naive local times. As if each run took no time; jitter is
        left out, random intervals are drawn.
        """
        found: list[int] = []
        moment = self._planned
        if moment is None:
            moment = self._next_after(time.time_ns() // 1000)
        while moment is not None and len(found) < count:
            found.append(moment)
            moment = self._next_after(moment)
        zone = self.at_time_zone
        runs = [datetime.datetime.fromtimestamp(each / 1e6, zone) for each in found]
        limit = self.cancel_after
        if limit is None:
            return runs
        return [run for run in runs if run.timestamp() <= limit.timestamp()]

    def _is_overdue(self, when: datetime.datetime) -> bool:
        """For classes of programs with a run() of their own."""
        return self.cancel_after is not None and when > self.cancel_after

    def _correct_utc_offset(
        self, moment: datetime.datetime, fixate_time: bool
    ) -> datetime.datetime:
        """The moment with the offset its zone has then; at the same wall time, if there is one."""
        zone = self.at_time_zone
        if zone is None:
            return moment
        before = moment.utcoffset()
        after = moment.astimezone(zone).utcoffset()
        assert before is not None and after is not None
        there = moment.astimezone(datetime.timezone(after))
        if before == after or not fixate_time:
            return there
        fixed = there - (after - before)
        return fixed if fixed.astimezone(zone).utcoffset() == after else there


def _name_of(func: Any) -> str:
    return str(func.__name__) if hasattr(func, "__name__") else repr(func)


def _shown(moment: datetime.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "[never]"


def _moment_in(text: str, now: datetime.datetime) -> datetime.datetime:
    """What a text for until() means: a date, a time of today, or both with a blank between."""
    words = text.split()
    try:
        if len(words) not in (1, 2) or text != text.strip():
            raise ValueError(text)
        year, month, day, hour, minute, second = now.year, now.month, now.day, 0, 0, 0
        if len(words) == 2 or "-" in text:
            year, month, day = _numbers(words[0].split("-"), 3, 4)
        if len(words) == 2 or "-" not in text:
            parts = words[-1].split(":")
            hour, minute, second = _numbers(parts if len(parts) != 2 else [*parts, "0"], 3, 2)
        return datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise ScheduleValueError("Invalid string format for until()") from None


def _numbers(parts: list[str], count: int, digits: int) -> list[int]:
    """That many numbers; the first has at most `digits` digits, and exactly four if it may."""
    for part, most in zip(parts, (digits, 2, 2), strict=False):
        if not part.isdecimal() or len(part) > most or (most == 4 and len(part) < 4):
            raise ValueError(part)
    if len(parts) != count:
        raise ValueError(parts)
    return [int(part) for part in parts]


def _move_to_next_weekday(moment: datetime.datetime, weekday: str) -> datetime.datetime:
    """The first day with that name from `moment` on, at the same time of day."""
    if weekday not in DAYS:
        raise ScheduleValueError(f"Invalid start day (valid start days are {DAYS})")
    return moment + datetime.timedelta(days=(DAYS.index(weekday) - moment.weekday()) % 7)
