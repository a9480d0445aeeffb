"""Programs drawn at random behave the same on the peer and on its drop-in.

2,000 examples, always the same ones; MAINSTAY_EXAMPLES=20000 tries that many others of each kind.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from .doors import LENIENT, PEER
from .programs import Run, async_programs, programs

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
@given(programs)
def test_a_program_does_the_same_by_the_real_clock(program: dict[str, Any]) -> None:
    ours, theirs = Run(LENIENT, program, in_earnest=True), Run(PEER, program, in_earnest=True)
    assert ours.everything() == theirs.everything()


@exhaustively
@given(async_programs)
def test_an_async_program_does_the_same_on_both(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()


@exhaustively
@given(async_programs)
def test_an_async_program_does_the_same_by_the_real_clock(program: dict[str, Any]) -> None:
    ours, theirs = Run(LENIENT, program, in_earnest=True), Run(PEER, program, in_earnest=True)
    assert ours.everything() == theirs.everything()
