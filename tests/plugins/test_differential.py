"""Programs drawn at random behave the same on the peer and on its drop-in.

500 of each kind; tests/generated.py says which.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given

from ..generated import exhaustively
from .doors import LENIENT, PEER
from .programs import Run, call_programs, programs


@exhaustively
@given(programs)
def test_a_program_does_the_same_on_the_peer_and_on_its_drop_in(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()


@exhaustively
@given(call_programs)
def test_calls_do_the_same_on_both(program: dict[str, Any]) -> None:
    assert Run(LENIENT, program).everything() == Run(PEER, program).everything()
