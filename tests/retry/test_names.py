"""Names and texts that programs meet by the way are the peer's."""

from __future__ import annotations

import functools
import gc
import importlib
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, Door, outcome_of


class NamelessCallable:
    """A callable without a name."""

    def __call__(self) -> None:
        pass


class AsyncCallable:
    """The same for coroutines."""

    async def __call__(self) -> None:
        pass


async def work() -> None:
    """A coroutine function."""


NAMELESS: dict[str, Callable[[], Any]] = {
    "a partial": lambda: functools.partial(print),
    "a callable": NamelessCallable,
    "a coroutine partial": lambda: functools.partial(work),
    "an async callable": AsyncCallable,
}


@pytest.mark.parametrize("kind", NAMELESS)
def test_what_wraps_something_without_a_name_prints_as_the_peers(ours: Door, kind: str) -> None:
    def names(door: Door) -> Any:
        decorated = door.api.retry(NAMELESS[kind]())
        return decorated.__qualname__, decorated.retry_with.__qualname__

    assert names(ours) == names(PEER)


@pytest.mark.parametrize("module", ["", "asyncio"])
def test_the_peers_type_variables_can_be_imported(module: str) -> None:
    def kinds(door: Door) -> Any:
        names = ("WrappedFn", "WrappedFnReturnT", "P", "R")
        with door.active():
            return [
                (
                    type(getattr(door.module(module), name)),
                    getattr(door.module(module), name).__name__,
                )
                for name in names
            ]

    assert kinds(LENIENT) == kinds(PEER)


def test_what_the_peer_imports_can_be_taken_from_it() -> None:
    names = [
        "ABC",
        "abstractmethod",
        "dataclasses",
        "functools",
        "futures",
        "sys",
        "t",
        "threading",
        "time",
        "warnings",
    ]

    with PEER.active(), warnings.catch_warnings():
        theirs = {name: getattr(PEER.api, name) for name in names}
    with LENIENT.active():
        ours = {name: getattr(LENIENT.api, name) for name in names}

    assert ours == theirs
    assert importlib.import_module("typing") is ours["t"]


@pytest.mark.parametrize(
    "name", ["retry_all", "retry_any", "retry_if_exception", "retry_if_result"]
)
def test_an_async_condition_nobody_awaited_is_reported_by_the_peers_name(
    ours: Door, name: str
) -> None:
    def report(door: Door) -> str:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            getattr(door.asynchronous, name)(work)(None)
            gc.collect()
        return str(caught[-1].message)

    assert report(ours) == report(PEER)


@pytest.mark.parametrize(
    "field", ["outcome", "attempt_number", "start_time", "next_action", "idle_for", "fn", "kwargs"]
)
def test_a_field_deleted_from_a_state_is_gone(door: Door, field: str) -> None:
    state = door.api.RetryCallState(None, print, (), {})

    delattr(state, field)

    assert outcome_of(lambda: getattr(state, field)) == (
        "raised",
        "AttributeError",
        f"'RetryCallState' object has no attribute '{field}'",
    )
    assert field not in vars(state)
    with pytest.raises(AttributeError):
        delattr(state, field)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_that_deletes_the_outcome_ends_the_call_as_with_the_peer(
    ours: Door, when: str
) -> None:
    def outcome(door: Door) -> Any:
        def hook(state: Any) -> None:
            del state.outcome

        policy = {"stop": door.api.stop_after_attempt(2), when: hook}
        came = outcome_of(lambda: door.api.retry(**policy)(int)("x"))
        return re.sub("0x[0-9a-f]+", "", str(came))

    assert outcome(ours) == outcome(PEER)
