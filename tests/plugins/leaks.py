"""A program, not a test: 100,000 registrations and calls, and what they left behind (`make leaks`).

Run from the checkout as `python -m tests.plugins.leaks`. Prints a line per door and the closing
line. On a debug interpreter all references of the process are counted too, so that one lost to an
object that lives anyway (None, a class) shows as well.
"""

from __future__ import annotations

import gc
import sys

from .doors import LENIENT, STRICT, Door
from .test_memory import mixture

CALLS = 100_000
# What fills up once and stays (caches, free lists) does so before; after it, growth is a leak.
WARM_UP = 20_000
# One object in a thousand calls; the interpreter's own counts move by a few.
ALLOWED = CALLS // 1000


def total_references() -> int:
    """All references of the process, where this interpreter counts them; else 0."""
    count = getattr(sys, "gettotalrefcount", None)
    return int(count()) if count else 0


def left_behind(door: Door) -> dict[str, int]:
    """What `CALLS` rounds leave: tracked objects, blocks of memory, references."""
    use = mixture(door)
    for number in range(WARM_UP):
        use(number)
    gc.collect()
    objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
    references = total_references()
    for number in range(CALLS):
        use(number)
    gc.collect()
    references = total_references() - references
    blocks = sys.getallocatedblocks() - blocks
    left = {"objects": len(gc.get_objects()) - objects, "blocks": blocks}
    return {**left, "references": references} if hasattr(sys, "gettotalrefcount") else left


def main() -> int:
    failed = 0
    for door in (STRICT, LENIENT):
        left = left_behind(door)
        words = ", ".join(f"{count:+d} {what}" for what, count in left.items())
        print(f"{sys.version.split()[0]}, {door.name}: {words} after {CALLS:,} rounds", flush=True)
        failed += any(count > ALLOWED for count in left.values())
    print(f"{2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
