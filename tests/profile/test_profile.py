"""Totals are right, or refused in words; many threads may share one."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay import profile

MOST = 2**63 - 1


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_a_total_is_what_sum_says(numbers: list[int]) -> None:
    assert profile.total(numbers) == sum(numbers)


def test_a_total_past_64_bits_is_refused_and_unchanged() -> None:
    total = profile.Total()
    total.add(MOST)
    with pytest.raises(OverflowError, match="1 more than 9223372036854775807 does not"):
        total.add(1)
    assert total.value == MOST


def test_the_type_has_the_name_users_see() -> None:
    assert (profile.Total.__module__, profile.Total.__name__) == ("mainstay.profile", "Total")
    assert pickle.loads(pickle.dumps(profile.Total)) is profile.Total
    with pytest.raises(AttributeError, match=r"^'Total' object has no attribute 'size'$"):
        _ = profile.Total().size  # type: ignore[attr-defined]


def test_threads_may_share_a_total() -> None:
    total = profile.Total()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(total.add, range(2000)))
    assert total.value == sum(range(2000))


def test_a_subclass_may_add_to_it() -> None:
    class Named(profile.Total):
        name = "sum"

    named = Named()
    named.add(3)
    assert (named.name, named.value) == ("sum", 3)
