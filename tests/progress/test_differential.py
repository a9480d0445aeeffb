"""Programs drawn at random write what the peer writes, to the byte: 500 programs."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given
from mainstay.progress.std import tqdm
from tqdm.std import tqdm as peer

from ..generated import exhaustively
from .programs import InOrder, Player, programs


@pytest.fixture(autouse=True)
def _in_order_and_without_monitors(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (tqdm, peer):
        if each.monitor is not None:  # of another test
            each.monitor.exit()
            each.monitor = None
        monkeypatch.setattr(each, "monitor_interval", 0)
        monkeypatch.setattr(each, "_instances", InOrder())


def test_a_program_writes_the_same_with_the_peer_and_with_ours() -> None:
    @exhaustively
    @given(programs)
    def compare(program: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert Player(tqdm).play(program) == Player(peer).play(program)

    compare()
