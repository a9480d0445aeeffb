"""A strategy of the program's own may be anything else as well: the bases take no room in it."""

from __future__ import annotations

import collections
import threading
from typing import Any, NamedTuple

import pytest

from .doors import LENIENT, PEER, STRICT, Door


class Named:
    """Has a slot of its own, and room for attributes."""

    __slots__ = ("__dict__", "name")


class Pair(NamedTuple):
    """A tuple with names."""

    low: float = 1.0
    high: float = 2.0


OTHERS = [
    Named,
    Pair,
    float,
    str,
    dict,
    list,
    Exception,
    threading.local,
    collections.OrderedDict,
]


def base_of(door: Door, part: str) -> Any:
    """The abstract base of the strategies for that part of a policy."""
    if door is STRICT:
        import mainstay.retry

        return getattr(mainstay.retry, f"{part}_base")
    return getattr(door.module(part), f"{part}_base")


@pytest.mark.parametrize("part", ["stop", "wait", "retry"])
@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.__name__)
@pytest.mark.parametrize("first", ["base", "other"])
def test_a_strategy_may_derive_from_any_other_class(
    door: Door, part: str, other: type[Any], first: str
) -> None:
    bases = (base_of(door, part), other)
    asked: list[Any] = []

    def call(self: Any, retry_state: Any) -> Any:
        asked.append(isinstance(self, other))
        return {"stop": True, "wait": 0.0, "retry": False}[part]

    mixed: Any = type("Mixed", bases if first == "base" else bases[::-1], {"__call__": call})
    # A wait that equals 0 is none.
    strategy = mixed(1) if other is float else mixed()
    with pytest.raises((door.api.RetryError, ValueError)):
        door.api.Retrying(**{"stop": door.api.stop_after_attempt(1), part: strategy})(int, "x")

    assert asked == [True]


@pytest.mark.parametrize("door", [PEER, LENIENT], ids=lambda door: door.name)
def test_a_controller_may_be_a_strategy_as_well(door: Door) -> None:
    class Both(door.api.Retrying, base_of(door, "stop")):  # type: ignore[misc]
        def __call__(self, *args: Any) -> Any:
            return True if len(args) == 1 and hasattr(args[0], "attempt_number") else None

    both = Both()

    with pytest.raises(door.api.RetryError):
        door.api.Retrying(stop=both)(int, "x")
