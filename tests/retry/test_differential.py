"""Programs drawn at random behave the same on the peer and on its drop-in.

1,000 examples, always the same ones; MAINSTAY_EXAMPLES=20000 tries that many others.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings

from .doors import LENIENT, PEER
from .programs import Run, programs

EXAMPLES = os.environ.get("MAINSTAY_EXAMPLES")


@settings(
    max_examples=int(EXAMPLES or 1000),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(programs())
def test_a_program_does_the_same_on_the_peer_and_on_its_drop_in(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()
