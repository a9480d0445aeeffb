"""For differential tests: how many programs are drawn, and which.

500 of each kind, always the same ones. MAINSTAY_EXAMPLES=N draws N instead; beyond 500 they are
others each time (`make differential` asks for 20,000). Where fewer are drawn, other tests of many
rounds make fewer too: `share`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

USUAL = 500
_WANTED = int(os.environ.get("MAINSTAY_EXAMPLES") or USUAL)

exhaustively = settings(
    max_examples=_WANTED,
    derandomize=_WANTED <= USUAL,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def share(rounds: int) -> int:
    """Return how many of a test's usual `rounds` this run makes, at least one."""
    return max(1, rounds * min(_WANTED, USUAL) // USUAL)
