"""Fixtures of the plugins tests: the doors, one at a time, and what programs begin with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from .doors import LENIENT, PEER, STRICT, Door


@pytest.fixture(params=[LENIENT, STRICT], ids=lambda door: door.name)
def ours(request: pytest.FixtureRequest) -> Door:
    """Each of mainstay's two doors."""
    door: Door = request.param
    return door


@pytest.fixture(params=[PEER, LENIENT], ids=lambda door: door.name)
def lenient(request: pytest.FixtureRequest) -> Door:
    """The peer and its drop-in: what holds for programs written for the peer."""
    door: Door = request.param
    return door


@pytest.fixture(params=[PEER, LENIENT, STRICT], ids=lambda door: door.name)
def door(request: pytest.FixtureRequest) -> Door:
    """The peer and both of mainstay's doors: what holds for all of them."""
    chosen: Door = request.param
    return chosen


@pytest.fixture
def api(door: Door) -> Any:
    """A project of that door: `pm`, `spec`, `impl`, and the door's names."""
    return project(door)


def project(door: Door, name: str = "app") -> Any:
    """A manager and its markers."""
    return SimpleNamespace(
        pm=door.api.PluginManager(name),
        spec=door.api.HookspecMarker(name),
        impl=door.api.HookimplMarker(name),
        door=door,
        **{name: getattr(door.api, name) for name in door.api.__all__},
    )
