"""Sums are right, or refused in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay import NOUN

MOST = 2**63 - 1


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_a_total_is_what_sum_says(numbers: list[int]) -> None:
    assert NOUN.total(numbers) == sum(numbers)


def test_a_total_past_64_bits_is_refused_with_the_number_at_fault() -> None:
    with pytest.raises(OverflowError, match=r"passes them at number 2 \(1\)"):
        NOUN.total([MOST, 1])


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        NOUN.total(["1"])  # type: ignore[list-item]


def test_an_iterable_that_fails_is_heard() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        NOUN.total(numbers())
