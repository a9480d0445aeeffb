"""Job: what runs, how often, and when next. A builder whose methods return the job itself."""

from __future__ import annotations

import datetime
import functools
import logging
import random
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ._errors import CancelJob, IntervalError, ScheduleError, ScheduleValueError

if TYPE_CHECKING:
    from ._scheduler import Scheduler

logger = logging.getLogger("schedule")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("seconds", "minutes", "hours", "days", "weeks")


def _move_to_next_weekday(moment: datetime.datetime, weekday: str) -> datetime.datetime:
    """The first day with that name from `moment` on, at the same time of day."""
    if weekday not in DAYS:
        raise ScheduleValueError(f"Invalid start day (valid start days are {DAYS})")
    return moment + datetime.timedelta(days=(DAYS.index(weekday) - moment.weekday()) % 7)


def _plural(name: str) -> Any:
    def get(self: Job) -> Job:
        self.unit = name
        return self

    return property(get, doc=f"Every so many {name}.")


def _singular(name: str) -> Any:
    def get(self: Job) -> Job:
        if self.interval != 1:
            raise IntervalError(f"Use {name}s instead of {name}")
        self.unit = name + "s"
        return self

    return property(get, doc=f"Every {name}.")


def _day(name: str) -> Any:
    def get(self: Job) -> Job:
        if self.interval != 1:
            raise IntervalError(
                f"Scheduling .{name}() jobs is only allowed for weekly jobs. "
                f"Using .{name}() on a job scheduled to run every 2 or more weeks "
                "is not supported."
            )
        self.start_day = name
        self.unit = "weeks"
        return self

    return property(get, doc=f"Every {name}.")


class Job:
    """A function that runs again and again. Made by `every()`, registered by `do()`."""

    def __init__(self, interval: int, scheduler: Scheduler | None = None) -> None:
        self.interval = interval
        self.latest: int | None = None
        self.job_func: functools.partial[Any] | None = None
        self.unit: str | None = None
        self.at_time: datetime.time | None = None
        self.at_time_zone: datetime.tzinfo | None = None
        self.last_run: datetime.datetime | None = None
        self.next_run: datetime.datetime | None = None
        self.start_day: str | None = None
        self.cancel_after: datetime.datetime | None = None
        self.tags: set[Hashable] = set()
        self.scheduler = scheduler

    second, seconds = _singular("second"), _plural("seconds")
    minute, minutes = _singular("minute"), _plural("minutes")
    hour, hours = _singular("hour"), _plural("hours")
    day, days = _singular("day"), _plural("days")
    week, weeks = _singular("week"), _plural("weeks")
    monday, tuesday, wednesday = _day("monday"), _day("tuesday"), _day("wednesday")
    thursday, friday = _day("thursday"), _day("friday")
    saturday, sunday = _day("saturday"), _day("sunday")

    def __lt__(self, other: Job) -> bool:
        assert self.next_run is not None and other.next_run is not None
        return self.next_run < other.next_run

    def __str__(self) -> str:
        func = self.job_func
        name = func.__name__ if hasattr(func, "__name__") else repr(func)
        args = "()" if func is None else func.args
        kwargs = "{}" if func is None else func.keywords
        return (
            f"Job(interval={self.interval}, unit={self.unit}, do={name}, "
            f"args={args}, kwargs={kwargs})"
        )

    def __repr__(self) -> str:
        func = self.job_func
        if func is None:
            call = "[None]"
        else:
            name = func.__name__ if hasattr(func, "__name__") else repr(func)
            given = [str(arg) if isinstance(arg, Job) else repr(arg) for arg in func.args]
            given += [f"{key}={value!r}" for key, value in func.keywords.items()]
            call = f"{name}({', '.join(given)})"
        unit = self.unit
        if unit is not None and self.interval == 1:
            unit = unit[:-1]
        words = f"Every {self.interval} "
        if self.at_time is None and self.latest is not None:
            words += f"to {self.latest} "
        words += f"{unit} "
        if self.at_time is not None:
            words += f"at {self.at_time} "
        last, following = _shown(self.last_run), _shown(self.next_run)
        return f"{words}do {call} (last run: {last}, next run: {following})"

    def tag(self, *tags: Hashable) -> Job:
        """Marks the job, for `get_jobs(tag)`, `clear(tag)` and `next_run(tag)`."""
        if not all(isinstance(tag, Hashable) for tag in tags):
            raise TypeError("Tags must be hashable")
        self.tags.update(tags)
        return self

    def at(self, time_str: str, tz: object = None) -> Job:
        """The time of a daily, hourly or minutely job, in a time zone of its own if one is given.

        `HH:MM` or `HH:MM:SS` by day, `MM:SS` or `:MM` by hour, `:SS` by minute.
        """
        daily = self.unit == "days" or bool(self.start_day)
        if self.unit not in ("days", "hours", "minutes") and not daily:
            raise ScheduleValueError(
                "Invalid unit (valid units are `days`, `hours`, and `minutes`)"
            )
        if tz is not None:
            self.at_time_zone = _zone(tz)
        if not isinstance(time_str, str):
            raise TypeError("at() should be passed a string")
        parts = time_str.split(":")
        for part in parts:
            if part and not (len(part) == 2 and part.isascii() and part.isdigit()):
                parts = []
        numbers = [int(part) if part else -1 for part in parts]
        if daily:
            good = len(numbers) in (2, 3) and 0 <= numbers[0] <= 29
            good = good and all(0 <= number <= 59 for number in numbers[1:])
            if not good:
                raise ScheduleValueError(
                    "Invalid time format for a daily job (valid format is HH:MM(:SS)?)"
                )
            if numbers[0] > 23:
                raise ScheduleValueError("Invalid number of hours ({} is not between 0 and 23)")
            self.at_time = datetime.time(*numbers)
            return self
        good = len(numbers) == 2 and -1 <= numbers[0] <= 59 and 0 <= numbers[1] <= 59
        if self.unit == "hours":
            if not good:
                raise ScheduleValueError(
                    "Invalid time format for an hourly job (valid format is (MM)?:SS)"
                )
            first, last = numbers
            self.at_time = datetime.time(0, first, last) if first >= 0 else datetime.time(0, last)
            return self
        if not good or numbers[0] != -1:
            raise ScheduleValueError("Invalid time format for a minutely job (valid format is :SS)")
        self.at_time = datetime.time(0, 0, numbers[1])
        return self

    def to(self, latest: int) -> Job:
        """A random interval, from that of `every()` to `latest`, both included."""
        self.latest = latest
        return self

    def until(
        self, until_time: datetime.datetime | datetime.timedelta | datetime.time | str
    ) -> Job:
        """No run after this moment; the job is then cancelled. Times without a date mean today."""
        now = datetime.datetime.now()
        if isinstance(until_time, datetime.datetime):
            self.cancel_after = until_time
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
        return self

    def do(self, job_func: Any, *args: Any, **kwargs: Any) -> Job:
        """Sets what is run, with its arguments; the job is registered and its first run set."""
        self.job_func = functools.partial(job_func, *args, **kwargs)
        functools.update_wrapper(self.job_func, job_func)
        self._schedule_next_run()
        if self.scheduler is None:
            raise ScheduleError(
                "Unable to a add job to schedule. Job is not associated with an scheduler"
            )
        self.scheduler.jobs.append(self)
        return self

    @property
    def should_run(self) -> bool:
        """Whether the job is due."""
        assert self.next_run is not None, "must run _schedule_next_run before"
        return datetime.datetime.now() >= self.next_run

    def run(self) -> Any:
        """Runs the job and sets its next run; CancelJob when its deadline has passed."""
        if self._is_overdue(datetime.datetime.now()):
            logger.debug("Cancelling job %s", self)
            return CancelJob
        logger.debug("Running job %s", self)
        assert self.job_func is not None
        result = self.job_func()
        self.last_run = datetime.datetime.now()
        self._schedule_next_run()
        if self._is_overdue(self.next_run):
            logger.debug("Cancelling job %s", self)
            return CancelJob
        return result

    def _is_overdue(self, when: datetime.datetime | None) -> bool:
        return self.cancel_after is not None and when is not None and when > self.cancel_after

    def _schedule_next_run(self) -> None:
        if self.unit not in UNITS:
            raise ScheduleValueError(
                "Invalid unit (valid units are `seconds`, `minutes`, `hours`, `days`, and `weeks`)"
            )
        interval = self.interval
        if self.latest is not None:
            if not self.latest >= interval:
                raise ScheduleError("`latest` is greater than `interval`")
            interval = random.randint(interval, self.latest)
        if not interval >= 1:
            raise IntervalError(f"an interval is at least 1, got {interval!r}")
        now = moment = datetime.datetime.now(self.at_time_zone)
        if self.start_day is not None:
            if self.unit != "weeks":
                raise ScheduleValueError("`unit` should be 'weeks'")
            moment = _move_to_next_weekday(moment, self.start_day)
        if self.at_time is not None:
            moment = moment.replace(second=self.at_time.second, microsecond=0, fold=0)
            if self.unit in ("hours", "days", "weeks"):
                moment = moment.replace(minute=self.at_time.minute)
            if self.unit in ("days", "weeks"):
                moment = moment.replace(hour=self.at_time.hour)
        period = datetime.timedelta(**{self.unit: interval})
        if self.at_time_zone is not None and self.unit in ("seconds", "minutes", "hours"):
            now, moment = (
                now.astimezone(datetime.timezone.utc),
                moment.astimezone(datetime.timezone.utc),
            )
        if interval != 1:
            moment += period
        while moment <= now:
            moment += period
        if self.at_time_zone is not None:
            moment = moment.astimezone().replace(tzinfo=None)
        self.next_run = moment

    def _correct_utc_offset(
        self, moment: datetime.datetime, fixate_time: bool
    ) -> datetime.datetime:
        if self.at_time_zone is None:
            return moment
        before = moment.utcoffset()
        after = moment.astimezone(self.at_time_zone).utcoffset()
        assert before is not None and after is not None
        there = moment.astimezone(datetime.timezone(after))
        if before == after or not fixate_time:
            return there
        fixed = there - (after - before)
        return fixed if fixed.astimezone(self.at_time_zone).utcoffset() == after else there


def _shown(moment: datetime.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "[never]"


def _zone(tz: object) -> datetime.tzinfo:
    import sys
    import zoneinfo

    name = getattr(tz, "key", None) or getattr(tz, "zone", None) or tz
    if not isinstance(name, str):
        raise ScheduleValueError("Timezone must be string or pytz.timezone object")
    try:
        return zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        pytz = sys.modules.get("pytz")
        if pytz is not None:
            raise pytz.exceptions.UnknownTimeZoneError(name) from None
        raise


def _moment_in(text: str, now: datetime.datetime) -> datetime.datetime:
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M"):
        try:
            moment = datetime.datetime.strptime(text, form)
        except ValueError:
            continue
        if "-" not in text:
            moment = moment.replace(year=now.year, month=now.month, day=now.day)
        return moment
    raise ScheduleValueError("Invalid string format for until()")
