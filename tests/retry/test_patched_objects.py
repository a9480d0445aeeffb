"""Methods assigned to one controller, and classes exchanged in the door's module, are used.

A policy is often patched where it is: `mock.patch.object(retrying, "iter", wraps=...)`. What the
peer calls then is called here.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from mainstay.dropin._registry import PEERS
from mainstay.retry import testing

from .doors import LENIENT, PEER, Door

STEPS = ("begin", "iter", "_run_wait", "_run_stop", "_run_retry", "_add_action_func", "_begin_iter")

WAYS = ("call", "block", "decorated")
COUNTED_WAYS = ("block", "decorated")
ASYNC_WAYS = ("await", "async block", "async decorated")


class Failing:
    """Fails twice, then succeeds."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls % 3:
            raise ValueError
        return "done"


def nothing(retry_state: Any) -> None:
    """A hook."""


async def no_sleep(seconds: float) -> None:
    """Let no time pass."""


def policy(door: Door, *, is_async: bool = False, **parts: Any) -> Any:
    """A controller that does not sleep, of strategies that no other test has looked into."""
    api = door.api
    parts |= {
        "stop": api.stop_after_attempt(9),
        "wait": api.wait_fixed(0),
        "retry": api.retry_if_exception_type(),
    }
    if is_async:
        return door.asynchronous.AsyncRetrying(sleep=no_sleep, **parts)
    return door.api.Retrying(sleep=lambda seconds: None, **parts)


def run(way: str, controller: Any, function: Callable[[], Any]) -> None:
    """Run the function under the controller in one of the ways there are."""

    async def awaited() -> Any:
        return function()

    async def loop() -> None:
        async for attempt in controller:
            with attempt:
                function()

    if way == "call":
        controller(function)
    elif way == "decorated":
        controller.wraps(function)()
    elif way == "block":
        for attempt in controller:
            with attempt:
                function()
    elif way == "async block":
        asyncio.run(loop())
    else:
        asyncio.run(controller(awaited) if way == "await" else controller.wraps(awaited)())


def ways_since(before: dict[str, int]) -> dict[str, int]:
    """Which way the calls went that were made since."""
    return {way: n - before[way] for way, n in testing.paths().items() if n != before[way]}


def calls_of_patched(door: Door, way: str, name: str) -> int:
    """How often a method assigned to the controller is called."""
    # Hooks that do nothing are queued, too; the strict door has none where nothing is said.
    hooks = dict.fromkeys(("before", "after"), nothing) if name == "_add_action_func" else {}
    controller = policy(door, is_async=way in ASYNC_WAYS, **hooks)
    run(way, controller, Failing())  # so that whatever is kept between calls is there
    with mock.patch.object(controller, name, wraps=getattr(controller, name)) as patched:
        run(way, controller, Failing())
    run(way, controller, Failing())
    return int(patched.call_count)


def steps_of_ways(awaited: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every step in every way; not those that are `awaited`, whose stand-ins here nobody could."""
    ways = [*WAYS, *ASYNC_WAYS]
    every = [(name, way) for name in [*STEPS, "copy"] for way in ways]
    return [(name, way) for name, way in every if way not in ASYNC_WAYS or name not in awaited]


@pytest.mark.parametrize(("name", "way"), steps_of_ways(("_run_retry",)))
def test_a_method_assigned_to_a_controller_is_called_as_often_as_with_the_peer(
    ours: Door, way: str, name: str
) -> None:
    assert calls_of_patched(ours, way, name) == calls_of_patched(PEER, way, name)


def calls_of_patched_method(door: Door, way: str, name: str) -> int:
    """How often a method exchanged in the door's class is called."""
    cls = door.asynchronous.AsyncRetrying if way in ASYNC_WAYS else door.api.Retrying
    hooks = dict.fromkeys(("before", "after"), nothing) if name == "_add_action_func" else {}
    controller = policy(door, is_async=way in ASYNC_WAYS, **hooks)
    original = getattr(cls, name)
    calls: list[str] = []

    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original(self, *args, **kwargs)

    run(way, controller, Failing())
    with mock.patch.object(cls, name, counted):
        run(way, controller, Failing())
    made = len(calls)
    run(way, controller, Failing())
    assert len(calls) == made
    return made


AWAITED = tuple(name for name in STEPS if name.startswith("_run"))


@pytest.mark.parametrize(("name", "way"), steps_of_ways(AWAITED))
def test_a_method_exchanged_in_the_class_is_called_as_often_as_with_the_peer(
    ours: Door, way: str, name: str
) -> None:
    assert calls_of_patched_method(ours, way, name) == calls_of_patched_method(PEER, way, name)


@pytest.mark.parametrize("way", COUNTED_WAYS)
def test_a_controller_whose_patch_was_undone_runs_natively_again(ours: Door, way: str) -> None:
    controller = policy(ours)
    controller.iter = controller.iter
    run(way, controller, Failing())
    del controller.iter
    before = testing.paths()

    run(way, controller, Failing())

    assert ways_since(before) == {"native": 1}


@pytest.mark.parametrize("way", COUNTED_WAYS)
def test_an_attribute_of_the_programs_own_does_not_matter(ours: Door, way: str) -> None:
    controller = policy(ours)
    controller.label = "mine"
    before = testing.paths()

    run(way, controller, Failing())

    assert ways_since(before) == {"native": 1}


def test_a_method_that_takes_the_place_of_another_attribute_is_called(ours: Door) -> None:
    controller = policy(ours)
    controller.label = "mine"
    run("call", controller, Failing())
    del controller.label
    seen: list[Any] = []
    controller.begin = lambda: seen.append(type(controller).begin(controller))

    run("call", controller, Failing())

    assert seen == [None]


def test_a_method_in_place_of_a_part_of_the_policy_is_called(door: Door) -> None:
    controller = policy(door)
    run("call", controller, Failing())
    del controller.before_sleep
    iter_of_class = controller.iter
    seen: list[int] = []

    def iter_of_mine(retry_state: Any) -> Any:
        seen.append(retry_state.attempt_number)
        return iter_of_class(retry_state)

    controller.iter = iter_of_mine
    controller(lambda: None)

    assert seen == [1, 1]


def calls_of_patched_class(door: Door, way: str, name: str) -> int:
    """How often a class exchanged in the door's module is called."""
    module = door.asynchronous if way in ASYNC_WAYS else door.api
    controller = policy(door, is_async=way in ASYNC_WAYS)
    run(way, controller, Failing())
    with mock.patch.object(module, name, wraps=getattr(module, name)) as patched:
        run(way, controller, Failing())
    run(way, controller, Failing())
    return int(patched.call_count)


@pytest.mark.parametrize("way", [*WAYS, *ASYNC_WAYS])
@pytest.mark.parametrize("name", ["RetryCallState", "AttemptManager"])
def test_a_class_exchanged_in_the_peers_module_is_called_as_often_as_with_the_peer(
    way: str, name: str
) -> None:
    with LENIENT.active():
        ours = calls_of_patched_class(LENIENT, way, name)
    with PEER.active():
        theirs = calls_of_patched_class(PEER, way, name)

    assert ours == theirs


def test_classes_patched_before_the_async_loop_is_imported_are_not_taken_for_its_own() -> None:
    program = """
import asyncio
from unittest import mock
import mainstay.dropin

mainstay.dropin.install("tenacity")
import tenacity

async def work():
    return "done"

with mock.patch("tenacity.RetryCallState", wraps=tenacity.RetryCallState) as patched:
    value = asyncio.run(tenacity.retry(work)())
print(value, patched.call_count)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "done 0\n"


@pytest.mark.parametrize("way", COUNTED_WAYS)
def test_calls_run_natively_again_with_the_peers_own_classes(way: str) -> None:
    calls_of_patched_class(LENIENT, way, "RetryCallState")

    before = testing.paths()

    run(way, policy(LENIENT), Failing())

    assert ways_since(before) == {"native": 1}


def settled(door: Door, patched: Callable[[type], Any]) -> list[str]:
    """Which methods of the state a failing call goes through, with what `patched` puts in."""
    seen: list[str] = []
    base = door.api.RetryCallState

    def noted(name: str) -> Any:
        def method(self: Any, *args: Any) -> Any:
            seen.append(name)
            return originals[name](self, *args)

        return method

    names = ("set_exception", "prepare_for_next_attempt")
    originals = {name: getattr(base, name) for name in names}
    policy = {"stop": door.api.stop_after_attempt(2), "sleep": nothing, "reraise": True}
    with (
        door.active(),
        patched(base)({name: noted(name) for name in names}),
        pytest.raises(ValueError),
    ):
        door.api.Retrying(**policy)(Failing())
    return seen


def test_methods_patched_in_the_state_class_itself_are_a_difference_that_is_said() -> None:
    def in_place(base: type) -> Any:
        return lambda methods: mock.patch.multiple(base, **methods)

    wanted = ["set_exception", "prepare_for_next_attempt", "set_exception"]
    assert (settled(PEER, in_place), settled(LENIENT, in_place)) == (wanted, [])
    assert any("set_exception" in each for each in PEERS["tenacity"].deviations)


@pytest.mark.parametrize("door", [PEER, LENIENT], ids=lambda door: door.name)
def test_methods_of_a_state_class_put_in_the_place_of_the_doors_are_called(door: Door) -> None:
    def instead(base: type) -> Any:
        return lambda methods: mock.patch.object(
            door.api, "RetryCallState", type("RetryCallState", (base,), methods)
        )

    wanted = ["set_exception", "prepare_for_next_attempt", "set_exception"]
    assert settled(door, instead) == wanted
