"""Next runs in 20 zones over 20 years, beside zoneinfo and croniter.

croniter gives the wall times of an expression, zoneinfo their instants; which of them count beside
a clock change is written down here once more, in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from mainstay import schedule

ZONES = (
    *("Africa/Casablanca", "Africa/Windhoek", "America/Caracas", "America/New_York"),
    *("America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll", "Asia/Amman", "Asia/Kathmandu"),
    *("Asia/Pyongyang", "Asia/Tehran", "Atlantic/Azores", "Australia/Lord_Howe", "Europe/Berlin"),
    *(
        "Europe/Dublin",
        "Europe/Istanbul",
        "Pacific/Apia",
        "Pacific/Chatham",
        "Pacific/Easter",
        "UTC",
    ),
)
FIRST, LAST = datetime(2010, 1, 1), datetime(2029, 12, 31)
FREQUENT = ("*/15 * * * *", "30 * * * *", "10,40 */2 * * *", "0 0-3 * * *")
SELDOM = (
    "30 2 * * *",
    "0 0 * * *",
    "15,45 1-3 * * sun",
    "59 23 28-31 * *",
    "0 12 29 2 *",
    "0 0 13 * fri",
)


def micros(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(microseconds=1))


def shown(wall: datetime, zone: ZoneInfo, fold: int) -> int:
    return micros(wall.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc))


def exists(wall: datetime, zone: ZoneInfo, instant: int) -> bool:
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=instant)
    return moment.astimezone(zone).replace(tzinfo=None) == wall


def instants(walls: Iterable[datetime], zone: ZoneInfo, follows_clock: bool) -> list[int]:
    """Each wall time once, one gap later in a gap; or whenever a clock shows it."""
    found = set()
    for wall in walls:
        first, second = shown(wall, zone, 0), shown(wall, zone, 1)
        if not follows_clock:
            found.add(first)
        elif exists(wall, zone, first):
            found |= {first, second}
    return sorted(found)


@cache  # zones share them, and they are what takes time
def cron_walls(expression: str, first: datetime, last: datetime) -> list[datetime]:
    walls = croniter(expression, first - timedelta(seconds=1), ret_type=datetime)
    return list(takewhile(lambda wall: wall <= last, iter(walls.get_next, None)))


def chain(job: schedule.Job, start: int, end: int) -> list[int]:
    found, at = [], job._next_after(start)
    while at is not None and at <= end:
        found.append(at)
        at = job._next_after(at)
    return found


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The days on which the zone's offset is another than on the day before."""
    day, before = FIRST, None
    while day <= LAST:
        offset = day.replace(tzinfo=zone).utcoffset()
        if before is not None and offset != before:
            yield day
        before, day = offset, day + timedelta(days=1)


def within(found: list[int], start: int, end: int) -> list[int]:
    return [each for each in found if start < each <= end]


@pytest.mark.parametrize("name", ZONES)
def test_daily_runs_are_those_of_zoneinfo(name: str) -> None:
    zone = ZoneInfo(name)
    start, end = shown(FIRST, zone, 0), shown(LAST, zone, 0)
    days = [date(2010, 1, 1) + timedelta(days=number) for number in range(20 * 366)]
    for at in ("00:00", "01:30", "02:00:01", "02:45", "12:00"):
        job = schedule.Scheduler().every().day.at(at, name)
        walls = (datetime.combine(day, time.fromisoformat(at)) for day in days)
        expected = instants(walls, zone, follows_clock=False)
        assert chain(job, start, end) == within(expected, start, end), at


@pytest.mark.parametrize("name", ZONES)
def test_cron_runs_are_those_of_croniter(name: str) -> None:
    zone = ZoneInfo(name)
    start, end = shown(FIRST, zone, 0), shown(LAST, zone, 0)
    for expression in SELDOM:
        job = schedule.Scheduler().cron(expression, zone=name)
        walls = cron_walls(expression, FIRST - timedelta(days=2), LAST + timedelta(days=2))
        expected = instants(walls, zone, follows_clock=False)
        assert chain(job, start, end) == within(expected, start, end), expression


@pytest.mark.parametrize("name", ZONES)
def test_frequent_cron_runs_are_those_of_croniter_beside_every_clock_change(name: str) -> None:
    zone = ZoneInfo(name)
    for day in changes(zone):
        first, last = day - timedelta(hours=30), day + timedelta(hours=30)
        start, end = shown(first, zone, 0), shown(last, zone, 0)
        for expression in FREQUENT:
            job = schedule.Scheduler().cron(expression, zone=name)
            walls = cron_walls(expression, first - timedelta(days=1), last + timedelta(days=1))
            follows = any(field.startswith("*") for field in expression.split()[:2])
            expected = instants(walls, zone, follows)
            assert chain(job, start, end) == within(expected, start, end), (expression, day)
