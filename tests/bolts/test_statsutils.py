"""Statistics of numbers drawn at random are those of the peer, to the last bit."""

from __future__ import annotations

from typing import Any

import boltons.statsutils as peer
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts import statsutils

from ..generated import exhaustively

_numbers = st.lists(
    st.one_of(st.integers(-20, 20), st.floats(-20, 20, allow_subnormal=False)), max_size=12
)
_names = [
    "mean", "median", "mode", "iqr", "trimean", "variance", "std_dev", "median_abs_dev",
    "rel_std_dev", "skewness", "kurtosis", "pearson_type",
]  # fmt: skip


def _call(function: Any, *arguments: Any, **options: Any) -> Any:
    try:
        return repr(function(*arguments, **options))
    except (OverflowError, ZeroDivisionError) as error:
        return type(error).__name__


def test_statistics_are_equal_to_the_last_bit() -> None:
    @exhaustively
    @given(_numbers, st.floats(0, 0.49), st.sampled_from([1, 3, [2.0], [0.5, 7.5]]))
    def compare(numbers: list[float], share: float, bins: Any) -> None:
        for name in _names:
            ours, theirs = getattr(statsutils, name), getattr(peer, name)
            assert _call(ours, numbers) == _call(theirs, numbers), name
        stats, their_stats = statsutils.Stats(numbers), peer.Stats(numbers)
        assert _call(stats.get_histogram_counts, bins) == _call(
            their_stats.get_histogram_counts, bins
        )
        for each in (stats, their_stats):
            each.trim_relative(share)
        assert _call(stats.describe, format="text") == _call(their_stats.describe, format="text")

    compare()


def test_no_data_has_an_empty_histogram() -> None:
    assert statsutils.Stats([]).format_histogram(width=20) == "0.0: 0 |"
    assert statsutils.format_histogram_counts([], width=20) == ""
