"""A program, not a test: 100,000 calls, and what they left behind (`make leaks CAP=NOUN`)."""

from __future__ import annotations

import gc
import sys

from mainstay import NOUN

CALLS = 100_000
ALLOWED = CALLS // 1000


def work() -> None:
    """As many calls as are counted, refused ones among them."""
    for number in range(CALLS):
        try:
            NOUN.total([2**63 - 1, number % 2])
        except OverflowError:
            pass


def main() -> int:
    work()  # what fills up once and stays does so here
    gc.collect()
    blocks = sys.getallocatedblocks()
    work()
    gc.collect()
    left = sys.getallocatedblocks() - blocks
    print(f"{sys.version.split()[0]}: {left:+d} blocks after {CALLS:,} calls")
    failed = int(left > ALLOWED)
    print(f"{1 - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
