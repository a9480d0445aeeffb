"""Clocks, sleeps and randomness stay Python's: what a program patches is what the loops use."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import Any
from unittest import mock

import freezegun
import pytest
import time_machine

from .doors import LENIENT, PEER, STRICT, Clock, Door, drive

#: What a program may patch, per door: the homes of the clock, the sleep and the draws.
HOMES: dict[str, tuple[Any, Any, Any]] = {
    door.name: (door.module(""), door.module("nap"), door.module("wait"))
    for door in (PEER, LENIENT)
}
_policy = sys.modules["mainstay.retry._policy"]
HOMES["strict"] = (_policy, _policy, sys.modules["mainstay.retry._wait"])


def fail() -> None:
    raise OSError


def ended(door: Door, retrying: Any) -> dict[str, Any]:
    """The statistics of a call that uses up its attempts."""
    with pytest.raises(door.api.RetryError):
        retrying(fail)
    numbers: dict[str, Any] = retrying.statistics
    return numbers


def three(door: Door, **policy: Any) -> Any:
    return door.api.Retrying(stop=door.api.stop_after_attempt(3), **policy)


def test_a_patched_time_sleep_is_what_sleeps(door: Door) -> None:
    retrying = three(door, wait=door.api.wait_fixed(1000))
    with mock.patch("time.sleep") as sleep:
        ended(door, retrying)
    assert sleep.call_args_list == [mock.call(1000.0)] * 2
    assert type(sleep.call_args.args[0]) is door.api.DoSleep


def test_the_sleep_that_was_patched_last_is_what_sleeps(door: Door) -> None:
    slept: list[tuple[str, float]] = []

    def sleeper(name: str) -> Any:
        return mock.patch("time.sleep", lambda seconds: slept.append((name, seconds)))

    retrying = three(door, wait=door.api.wait_fixed(900))
    decorated = door.api.retry(stop=door.api.stop_after_attempt(3), wait=door.api.wait_fixed(901))
    failing = decorated(fail)
    for name in "abab":
        with sleeper(name), pytest.raises(door.api.RetryError):
            failing()
        with sleeper(name), sleeper("inner"):
            ended(door, retrying)
    assert slept == [each for name in "abab" for each in [(name, 901)] * 2 + [("inner", 900)] * 2]

    def fail_and_patch() -> None:
        time.sleep = lambda seconds: slept.append(("meanwhile", seconds))
        raise OSError

    slept.clear()
    with sleeper("before"), pytest.raises(door.api.RetryError):
        decorated(fail_and_patch)()
    assert slept == [("meanwhile", 901)] * 2


def test_a_sleep_that_raises_ends_the_call(door: Door) -> None:
    failing = door.api.retry(stop=door.api.stop_after_attempt(3), wait=door.api.wait_fixed(9))(fail)
    for _ in range(2):
        with mock.patch("time.sleep", side_effect=KeyError("slept")), pytest.raises(KeyError):
            failing()


def test_a_patched_time_monotonic_is_the_clock(door: Door) -> None:
    clock = Clock(now=100.0)
    retrying = three(door, wait=door.api.wait_fixed(5))
    with clock.patched():
        numbers = ended(door, retrying)
    assert numbers == {
        "start_time": 100.0,
        "attempt_number": 3,
        "idle_for": 10.0,
        "delay_since_first_attempt": 10.0,
    }


def test_a_stop_by_time_follows_the_patched_clock(door: Door) -> None:
    clock = Clock()
    retrying = door.api.Retrying(stop=door.api.stop_after_delay(10), wait=door.api.wait_fixed(3))
    with clock.patched():
        numbers = ended(door, retrying)
    assert numbers["attempt_number"] == 5
    assert clock.slept == [3.0] * 4


@pytest.mark.parametrize("patched_before", [True, False])
def test_modules_may_be_given_another_time(door: Door, patched_before: bool) -> None:
    package, nap, _ = HOMES[door.name]
    clock = Clock(now=7.0)
    retrying = three(door, wait=door.api.wait_fixed(2))
    decorated = door.api.retry(stop=door.api.stop_after_attempt(2))(fail)
    if patched_before:
        ended(door, three(door))
    with mock.patch.object(package, "time", clock), mock.patch.object(nap, "time", clock):
        assert ended(door, retrying)["start_time"] == 7.0
        assert clock.slept == [2.0, 2.0]
        with pytest.raises(door.api.RetryError):
            decorated()
    assert decorated.statistics["start_time"] == 11.0


def test_a_sleep_given_to_the_policy_is_called_with_each_length(door: Door) -> None:
    slept: list[Any] = []
    ended(door, three(door, wait=door.api.wait_incrementing(1, 1), sleep=slept.append))
    assert slept == [1.0, 2.0]


def test_the_sleep_may_be_exchanged_on_a_decorated_function(door: Door) -> None:
    decorated = door.api.retry(stop=door.api.stop_after_attempt(2), wait=door.api.wait_fixed(900))(
        fail
    )
    decorated.retry.sleep = sleep = mock.Mock()
    with pytest.raises(door.api.RetryError):
        decorated()
    sleep.assert_called_once_with(900.0)


def test_an_event_to_sleep_on_is_waited_for(door: Door) -> None:
    event = mock.Mock()
    ended(door, three(door, wait=door.api.wait_fixed(3), sleep=door.api.sleep_using_event(event)))
    assert event.wait.call_args_list == [mock.call(timeout=3.0)] * 2


# --- randomness ----------------------------------------------------------------------------------


def random_waits(api: Any) -> list[Any]:
    return [
        api.wait_random(1, 9),
        api.wait_random_exponential(max=60),
        api.wait_exponential_jitter(max=60, jitter=5),
        api.wait_chain(api.wait_random(), api.wait_random_exponential()),
        api.wait_random() + api.wait_random(),
    ]


def test_a_seeded_program_sleeps_as_with_the_peer() -> None:
    slept = []
    for door in (PEER, LENIENT, STRICT):
        random.seed(2026)
        mine: list[float] = []
        for wait in random_waits(door.api):
            ended(door, three(door, wait=wait, sleep=mine.append))
        slept.append((mine, random.random()))
    assert slept[1] == slept[0]
    assert slept[2] == slept[0]


def test_patched_draws_are_what_is_drawn(door: Door) -> None:
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    with mock.patch("random.random", return_value=0.5):
        assert door.api.wait_random(1, 2)(state) == 1.5
    with mock.patch("random.uniform", return_value=0.25) as uniform:
        assert door.api.wait_random_exponential(max=8)(state) == 0.25
        assert door.api.wait_exponential_jitter(jitter=3)(state) == 1.25
    assert uniform.call_args_list == [mock.call(0.0, 1.0), mock.call(0, 3.0)]


def test_the_waits_module_may_be_given_another_random(door: Door) -> None:
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    with mock.patch.object(HOMES[door.name][2], "random", random.Random(5)):
        drawn = door.api.wait_random()(state), door.api.wait_random_exponential()(state)
    twin = random.Random(5)
    assert drawn == (twin.random(), twin.uniform(0, 1))


@pytest.mark.parametrize("answer", [7, "x", None], ids=repr)
def test_a_patched_draw_may_answer_anything(answer: Any) -> None:
    said = []
    for door in (PEER, LENIENT):
        state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
        with (
            mock.patch("random.uniform", return_value=answer),
            mock.patch("random.random", return_value=answer),
        ):
            for wait in random_waits(door.api):
                try:
                    said.append((door.name, repr(wait(state))))
                except Exception as error:
                    said.append((door.name, f"{type(error).__name__}: {error}"))
    half = len(said) // 2
    assert [text for _, text in said[half:]] == [text for _, text in said[:half]]


# --- libraries that move time ------------------------------------------------------------------


def test_freezegun_freezes_the_clock(door: Door) -> None:
    with freezegun.freeze_time("2026-01-01") as frozen:
        retrying = door.api.Retrying(
            stop=door.api.stop_after_delay(60),
            wait=door.api.wait_fixed(25),
            sleep=lambda seconds: frozen.tick(seconds),
        )
        numbers = ended(door, retrying)
        assert numbers["attempt_number"] == 4
        assert numbers["delay_since_first_attempt"] == 75
        assert numbers["start_time"] == time.monotonic() - 75


def test_time_machine_moves_the_clock(door: Door) -> None:
    # It replaces time.monotonic from its second release on; whichever it does, both do the same.
    with time_machine.travel(1_000_000, tick=False) as traveller:
        clock_moves = time.monotonic() == time.monotonic()
        retrying = door.api.Retrying(
            stop=door.api.stop_after_attempt(4),
            wait=door.api.wait_fixed(25),
            sleep=lambda seconds: traveller.shift(seconds),
        )
        numbers = ended(door, retrying)
        if clock_moves:
            assert numbers["delay_since_first_attempt"] == 75


# --- awaited -------------------------------------------------------------------------------------


def test_the_async_loop_reads_the_patched_clock_too(door: Door) -> None:
    clock = Clock(now=3.0)
    retrying = door.api.AsyncRetrying(
        sleep=clock.sleep_async, stop=door.api.stop_after_delay(4), wait=door.api.wait_fixed(2)
    )
    with clock.patched(), pytest.raises(door.api.RetryError):
        drive(retrying(fail))
    assert retrying.statistics["start_time"] == 3.0
    assert retrying.statistics["attempt_number"] == 3


def test_the_async_loop_sleeps_by_asyncio_sleep_as_patched(door: Door) -> None:
    import asyncio

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def main() -> None:
        with mock.patch("asyncio.sleep", sleep):
            await door.api.AsyncRetrying(
                stop=door.api.stop_after_attempt(3), wait=door.api.wait_fixed(100)
            )(fail)

    with pytest.raises(door.api.RetryError):
        asyncio.run(main())
    assert slept == [100.0, 100.0]


PROGRAM = """
import unittest.mock as mock, tenacity, tenacity.nap, tenacity.wait, random
calls = []
@tenacity.retry(stop=tenacity.stop_after_attempt(3), wait=tenacity.wait_random(5, 9))
def fail():
    calls.append(1)
    raise KeyError
with mock.patch("tenacity.nap.time.sleep") as sleep, mock.patch("tenacity.wait.random") as r, \\
        mock.patch("tenacity.time") as t:
    r.random.return_value = 0.5
    t.monotonic.return_value = 42
    try:
        fail()
    except tenacity.RetryError:
        pass
    print(len(calls), sleep.call_args_list, t.monotonic.call_count, fail.statistics)
"""


def test_a_program_that_patches_by_name_prints_the_same_under_mainstay_run() -> None:
    said = [
        subprocess.run(
            [sys.executable, *arguments, "-c", PROGRAM],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for arguments in ([], ["-m", "mainstay", "run"])
    ]
    assert said[0].startswith("3 [call(7.0), call(7.0)]")
    assert said[1] == said[0]
