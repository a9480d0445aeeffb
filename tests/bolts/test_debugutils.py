"""Small tools: traces that change nothing, bits, netstrings and tables that refuse."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from mainstay.bolts.debugutils import wrap_trace
from mainstay.bolts.mathutils import Bits
from mainstay.bolts.socketutils import NetstringInvalidSize, NetstringSocket
from mainstay.bolts.tableutils import Table


def test_what_is_not_traced_still_reaches_the_object() -> None:
    class Point:
        def __init__(self) -> None:
            self.x = 1

        def move(self, by: int) -> int:
            self.x += by
            return self.x

    events: list[Any] = []
    point = Point()
    traced = wrap_trace(point, hook=lambda **details: events.append(details["event"]), which="move")
    assert traced.move(2) == 3
    traced.x = 9
    assert (point.x, events) == (9, ["get", "call", "return"])
    with pytest.raises(ValueError, match="expected events of"):
        wrap_trace(point, events="fall")


def test_bits_shifted_away_are_none() -> None:
    assert len(Bits("101") >> 5) == 0
    assert Bits("0b101") == Bits("101")


def test_a_negative_size_is_no_netstring() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"-1:,")
        with pytest.raises(NetstringInvalidSize, match="not b'-1'"):
            NetstringSocket(ours, timeout=30).read_ns()


def test_rows_longer_than_the_headers_are_shown_whole() -> None:
    assert Table([[1, 2]], headers=["q"]).to_text() == "q | None\n--|-----\n1 |  2  "
