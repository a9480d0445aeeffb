"""Programs drawn at random behave the same on the peer and on its drop-in.

500 of each kind; tests/generated.py says which.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given

from ..generated import exhaustively
from .doors import LENIENT, PEER
from .programs import Run, async_programs, programs


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
