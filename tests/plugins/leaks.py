"""A program, not a test: 100,000 registrations and calls, and what they left behind (`make leaks`).

Run from the checkout as `python -m tests.plugins.leaks`. Prints a line per door and the closing
line.
"""

from __future__ import annotations

from ..leftovers import report
from .doors import LENIENT, STRICT
from .test_memory import mixture

WARM_UP = 20_000

if __name__ == "__main__":
    doors = {door.name: mixture(door) for door in (STRICT, LENIENT)}
    raise SystemExit(report(doors, WARM_UP))
