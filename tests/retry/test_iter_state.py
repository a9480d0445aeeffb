"""What a pass of `iter()` notes is a dataclass, as the peer's: it prints and compares likewise."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, Door, drive

BOTH = pytest.mark.parametrize("door", [PEER, LENIENT], ids=lambda door: door.name)


def changed(iter_state: Any) -> Any:
    """The same with one answer given."""
    iter_state.retry_run_result = True
    return iter_state


VIEWS: dict[str, Callable[[Any], Any]] = {
    "is one": lambda cls: (dataclasses.is_dataclass(cls), cls.__module__, cls.__qualname__),
    "fields": lambda cls: [(field.name, field.type) for field in dataclasses.fields(cls)[1:]],
    "repr": lambda cls: repr(cls()),
    "made of values": lambda cls: repr(cls([1], True, False, True)),
    "made by keyword": lambda cls: repr(cls(actions=[2], is_explicit_retry=True)),
    "equal": lambda cls: (cls() == cls(), cls() == changed(cls()), cls() == 1),
    "hash": lambda cls: cls.__hash__,
    "as dict": lambda cls: dataclasses.asdict(changed(cls())),
    "replaced": lambda cls: dataclasses.replace(cls(), stop_run_result=True) == cls(),
    "copied": lambda cls: copy.deepcopy(changed(cls())) == changed(cls()),
    "pickled": lambda cls: pickle.loads(pickle.dumps(changed(cls()))) == changed(cls()),
    "slots": lambda cls: (cls.__slots__, hasattr(cls(), "__dict__")),
    "lists": lambda cls: cls().actions is cls().actions,
    "match": lambda cls: cls.__match_args__,
}


@pytest.mark.parametrize("view", VIEWS)
def test_an_iter_state_looks_like_the_peers(view: str) -> None:
    def seen(door: Door) -> Any:
        with door.active():
            return VIEWS[view](door.api.IterState)

    assert seen(LENIENT) == seen(PEER)


@BOTH
def test_a_reset_one_is_as_new(door: Door) -> None:
    used = door.api.IterState([1], True, True, True)

    used.reset()

    assert used == door.api.IterState()


@BOTH
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_pass_of_the_programs_own_notes_in_one(door: Door, is_async: bool) -> None:
    base = door.asynchronous.AsyncRetrying if is_async else door.api.Retrying
    seen: list[Any] = []

    class Mine(base):  # type: ignore[misc]
        def _add_action_func(self, fn: Any) -> None:
            seen.append(type(self.iter_state))
            super()._add_action_func(fn)

    async def work() -> str:
        return "done"

    with door.active():
        value = drive(Mine()(work)) if is_async else Mine()(lambda: "done")

    assert (value, set(seen)) == ("done", {door.api.IterState})


@BOTH
def test_a_controller_shows_one_before_its_first_pass(door: Door) -> None:
    with door.active():
        assert door.api.Retrying().iter_state == door.api.IterState()
