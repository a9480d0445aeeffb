"""For the programs that count what 100,000 calls leave behind (`make leaks`).

On a debug interpreter all references of the process are counted too, so that one lost to an object
that lives anyway (None, a class) shows as well.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping

CALLS = 100_000
# One object in a thousand calls; the interpreter's own counts move by a few.
ALLOWED = CALLS // 1000


def total_references() -> int:
    """All references of the process, where this interpreter counts them; else 0."""
    count = getattr(sys, "gettotalrefcount", None)
    return int(count()) if count else 0


def left_behind(call: Callable[[int], object], warm_up: int) -> dict[str, int]:
    """What `CALLS` calls leave: tracked objects, blocks of memory, references.

    What fills up once and stays (caches, free lists) does so in `warm_up` calls before; after them,
    growth is a leak.
    """
    for number in range(warm_up):
        call(number)
    gc.collect()
    objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
    references = total_references()
    for number in range(CALLS):
        call(number)
    gc.collect()
    references = total_references() - references
    blocks = sys.getallocatedblocks() - blocks
    left = {"objects": len(gc.get_objects()) - objects, "blocks": blocks}
    return {**left, "references": references} if hasattr(sys, "gettotalrefcount") else left


def report(mixtures: Mapping[str, Callable[[int], object]], warm_up: int) -> int:
    """Count for each named mixture of calls; print a line each and the closing line.

    Returns the exit code: 1 when one leaves more than is allowed.
    """
    failed = 0
    for name, call in mixtures.items():
        left = left_behind(call, warm_up)
        words = ", ".join(f"{count:+d} {what}" for what, count in left.items())
        print(f"{sys.version.split()[0]}, {name}: {words} after {CALLS:,} calls", flush=True)
        failed += any(count > ALLOWED for count in left.values())
    print(f"{len(mixtures) - failed} passed, {failed} failed")
    return 1 if failed else 0
