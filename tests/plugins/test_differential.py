"""Programs drawn at random behave the same on the peer and on its drop-in.

1,000 examples, always the same ones; MAINSTAY_EXAMPLES=20000 tries that many others of each kind.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from .doors import LENIENT, PEER
from .programs import Run, call_programs, programs

EXAMPLES = os.environ.get("MAINSTAY_EXAMPLES")

exhaustively = settings(
    max_examples=int(EXAMPLES or 500),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@exhaustively
@given(programs)
def test_a_program_does_the_same_on_the_peer_and_on_its_drop_in(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()


@exhaustively
@given(call_programs)
def test_calls_do_the_same_on_both(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()
