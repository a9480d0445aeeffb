"""Programs drawn at random, for the peer and for us, under a clock of their own."""

from __future__ import annotations

import datetime
import random
from types import ModuleType
from typing import Any
from unittest import mock

from hypothesis import strategies as st

UNITS = ("second", "minute", "hour", "day", "week")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Not those in which pytz, whose tables end in 2037, and the system have other opinions.
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "UTC")
AT = ("10:30", "00:00", "23:59:59", ":30", ":00", "15:45", "9:00", "25:00", "10:61", "", "12", ":5")

# Far from clock changes, where we differ on purpose (tests/schedule/test_clock_changes.py).
_starts = st.one_of(
    st.datetimes(datetime.datetime(2024, 1, 1), datetime.datetime(2024, 2, 20)),
    st.datetimes(datetime.datetime(2024, 6, 1), datetime.datetime(2024, 8, 20)),
)
_interval = st.one_of(st.just(1), st.integers(1, 12), st.sampled_from((0.5, 1.5, 2.0)))
_until = st.one_of(
    st.none(),
    st.integers(-10, 100_000).map(lambda seconds: datetime.timedelta(seconds=seconds)),
    st.sampled_from(
        (
            *("23:59", "00:00", "12:30:15", "2025-01-01", "2024-07-01 10:00", "2024-7-1 1:2:3"),
            *("nonsense", "2024-13-01", "2024-01-01 25:00", "12", "1:2:3:4", "", "2024-02-30"),
            datetime.time(23, 0),
            datetime.datetime(2024, 9, 1),
            17,
        )
    ),
)
_chain = st.fixed_dictionaries(
    {
        "interval": _interval,
        "to": st.one_of(st.none(), st.none(), st.integers(0, 20)),
        "unit": st.sampled_from((*UNITS, *(unit + "s" for unit in UNITS), *DAYS, "")),
        "at": st.one_of(st.none(), st.sampled_from(AT)),
        "zone": st.one_of(st.none(), st.none(), st.sampled_from(ZONES)),
        "until": _until,
        "tags": st.lists(st.sampled_from(("a", "b", 3)), max_size=2),
        "ends": st.booleans(),
    }
)
_operation = st.one_of(
    st.tuples(st.just("job"), _chain),
    st.tuples(st.just("move"), st.integers(0, 200_000)),
    st.tuples(st.just("pending"), st.none()),
    st.tuples(st.just("all"), st.none()),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("clear"), st.sampled_from(("a", "b", None))),
    st.tuples(st.just("postpone"), st.integers(-100, 5000)),
    st.tuples(st.just("reverse"), st.none()),
)
programs = st.tuples(_starts, st.lists(_operation, min_size=1, max_size=14))


def _faked(moment: datetime.datetime) -> tuple[type[datetime.datetime], list[datetime.datetime]]:
    """A class in place of datetime, and what its clock shows, in a list to be changed."""
    shown = [moment]

    class Faked(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Faked:
            at = shown[0]
            here = cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
            return here.astimezone(tz) if tz else here

    return Faked, shown


def play(library: ModuleType, program: Any) -> list[Any]:
    """What a program can see while it uses the library."""
    start, operations = program
    seen: list[Any] = []
    faked, clock = _faked(start)
    with mock.patch("datetime.datetime", faked):
        scheduler = library.Scheduler()
        for number, (what, detail) in enumerate(operations):
            random.seed(number)
            try:
                _perform(library, scheduler, what, detail, clock, seen, number)
            except Exception as error:
                seen.append((type(error).__name__, str(error)))
            seen.append([repr(job) for job in scheduler.jobs])
            seen.append([str(job) for job in scheduler.jobs])
            seen.append((str(scheduler.next_run), scheduler.idle_seconds))
            seen.append([str(scheduler.get_next_run(tag)) for tag in ("a", "b")])
            seen.append([job.should_run for job in scheduler.jobs])
    return seen


def _perform(
    library: ModuleType,
    scheduler: Any,
    what: str,
    detail: Any,
    clock: list[datetime.datetime],
    seen: list[Any],
    number: int,
) -> None:
    jobs = scheduler.jobs
    if what == "job":

        def job_of_the_program(*args: object) -> object:
            seen.append(("ran", number, args))
            return library.CancelJob if detail["ends"] and number % 2 else number

        job = scheduler.every(detail["interval"])
        if detail["to"] is not None:
            job.to(detail["to"])
        if detail["unit"]:
            job = getattr(job, detail["unit"])
        if detail["at"] is not None:
            job.at(detail["at"], detail["zone"])
        if detail["until"] is not None:
            job.until(detail["until"])
        job.tag(*detail["tags"]).do(job_of_the_program, number)
    elif what == "move":
        clock[0] += datetime.timedelta(seconds=detail)
    elif what == "pending":
        scheduler.run_pending()
    elif what == "all":
        scheduler.run_all()
    elif what == "cancel":
        scheduler.cancel_job(jobs[detail] if detail < len(jobs) else "no job")
    elif what == "clear":
        scheduler.clear(detail)
    elif what == "postpone" and jobs:
        jobs[0].next_run += datetime.timedelta(seconds=detail)
    elif what == "reverse":
        jobs.reverse()
