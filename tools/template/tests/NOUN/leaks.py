"""A program, not a test: 100,000 calls, and what they left behind (`make leaks CAP=NOUN`)."""

from __future__ import annotations

from mainstay import NOUN

from ..leftovers import report


def call(number: int) -> None:
    """A refused total and a good one in turn."""
    try:
        NOUN.total([2**63 - 1, number % 2])
    except OverflowError:
        pass


if __name__ == "__main__":
    raise SystemExit(report({"NOUN": call}, warm_up=10_000))
