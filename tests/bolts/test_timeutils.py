"""Dates and durations drawn at random beside the peer, and errors of one kind."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import boltons.timeutils as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts import timeutils

from ..generated import exhaustively

_durations = st.lists(
    st.sampled_from(
        ["1", "-2", "3.5", ".5", "1e2", "w", "days", "h", "minutes", "m", "s", "y", "x", "0"]
        + [" ", "+", "-"]
    ),
    max_size=6,
).map("".join)
_dates = st.dates(dt.date(1995, 1, 1), dt.date(2030, 12, 31))
_steps = st.one_of(
    st.integers(-40, 40),
    st.tuples(st.integers(-1, 1), st.integers(-13, 13), st.integers(-40, 40)),
    st.integers(-72, 72).map(lambda hours: dt.timedelta(hours=hours)),
)


def _call(function: Any, *arguments: Any) -> Any:
    try:
        result = function(*arguments)
        return list(itertools.islice(result, 50)) if hasattr(result, "__next__") else result
    except (ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def test_durations_and_ranges_are_as_at_the_peer() -> None:
    @exhaustively
    @given(_durations, _dates, _dates, _steps, st.booleans())
    def compare(text: str, start: Any, stop: Any, step: Any, inclusive: bool) -> None:
        assert _call(timeutils.parse_timedelta, text) == _call(peer.parse_timedelta, text)
        arguments = (start, stop, step, inclusive)
        ours, theirs = (_call(library.daterange, *arguments) for library in (timeutils, peer))
        assert ours == theirs or (isinstance(ours, str) and isinstance(theirs, str))

    compare()


def test_differences_and_zones_are_as_at_the_peer() -> None:
    moments = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2030, 1, 1))

    @exhaustively
    @given(moments, moments, st.integers(0, 3), st.sampled_from(["Eastern", "Pacific"]))
    def compare(one: Any, other: Any, digits: int, zone: str) -> None:
        assert timeutils.relative_time(one, other, digits) == peer.relative_time(one, other, digits)
        assert timeutils.dt_to_timestamp(one) == peer.dt_to_timestamp(one)
        assert timeutils.isoparse(one.isoformat()) == one
        aware = one.replace(tzinfo=dt.timezone.utc)
        ours, theirs = (aware.astimezone(getattr(lib, zone)) for lib in (timeutils, peer))
        assert (ours.isoformat(), ours.fold) == (theirs.isoformat(), theirs.fold)

    compare()


@pytest.mark.parametrize("text", ["2020-01-02T03:04:05+02:00", "20200102", "2020-13-01", "x"])
def test_what_is_no_plain_date_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        timeutils.isoparse(text)
