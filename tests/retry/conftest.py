"""Fixtures of the retry tests: the doors, one at a time."""

from __future__ import annotations

import pytest

from .doors import LENIENT, PEER, STRICT, Clock, Door


@pytest.fixture(params=[LENIENT, STRICT], ids=lambda door: door.name)
def ours(request: pytest.FixtureRequest) -> Door:
    """Each of mainstay's two doors."""
    door: Door = request.param
    return door


@pytest.fixture(params=[PEER, LENIENT, STRICT], ids=lambda door: door.name)
def door(request: pytest.FixtureRequest) -> Door:
    """The peer and both of mainstay's doors: what holds for all of them."""
    chosen: Door = request.param
    return chosen


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own, not yet patched in."""
    return Clock()
