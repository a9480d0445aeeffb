"""Chains drawn at random, under clocks drawn at random, do what the peer does: 500 programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schedule as peer
from hypothesis import given
from mainstay import schedule

from ..generated import exhaustively
from .conftest import BERLIN
from .programs import play, programs


@pytest.mark.parametrize("zone", ["UTC0", BERLIN])
def test_a_program_does_the_same_on_the_peer_and_on_ours(
    local_zone: Callable[[str], None], zone: str
) -> None:
    local_zone(zone)

    @exhaustively
    @given(programs)
    def compare(program: Any) -> None:
        assert play(schedule, program) == play(peer, program)

    compare()
