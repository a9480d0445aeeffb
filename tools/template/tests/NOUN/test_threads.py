"""Threads: many callers at once get their own totals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mainstay import NOUN


def test_eight_threads_each_get_their_own_total() -> None:
    with ThreadPoolExecutor(8) as pool:
        totals = list(pool.map(NOUN.total, [range(size) for size in range(500)]))
    assert totals == [sum(range(size)) for size in range(500)]
