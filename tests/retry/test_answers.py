"""Strategies called by hand: by position or keyword, with any state, always with today's answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from .doors import LENIENT, PEER, STRICT, Door

OURS = pytest.mark.parametrize("ours", [LENIENT, STRICT], ids=lambda door: door.name)

#: Strategies by the parts of a state they look at.
NOTHING: list[Callable[[Any], Any]] = [
    lambda api: api.stop_never,
    lambda api: api.stop_any(api.stop_never),
    lambda api: api.stop_all(api.stop_never),
    lambda api: api.wait_none(),
    lambda api: api.wait_fixed(3),
    lambda api: api.wait_random(1, 2),
    lambda api: api.wait_fixed(1) + api.wait_random(0, 2),
    lambda api: api.retry_never,
    lambda api: api.retry_always,
]
THE_ATTEMPT: list[Callable[[Any], Any]] = [
    lambda api: api.stop_after_attempt(3),
    lambda api: api.stop_after_attempt(3) | api.stop_never,
    lambda api: api.stop_after_attempt(3) & api.stop_after_attempt(2),
    lambda api: api.wait_incrementing(1, 2, 9),
    lambda api: api.wait_exponential(multiplier=0.5, max=5),
    lambda api: api.wait_exponential(exp_base=3, min=2),
    lambda api: api.wait_random_exponential(max=60),
    lambda api: api.wait_exponential_jitter(max=60, jitter=2),
    lambda api: api.wait_chain(api.wait_fixed(1), api.wait_incrementing(1, 2)),
    lambda api: api.wait_exponential() + api.wait_random(0, 2),
]
TIMES: list[Callable[[Any], Any]] = [
    lambda api: api.stop_after_delay(2.5),
    lambda api: api.stop_before_delay(2.5),
    lambda api: api.stop_after_attempt(9) | api.stop_after_delay(2.5),
]

NUMBERS = (0, 1, 2, 3, 7, 2.0, True, Fraction(5, 2), 300, -1)


def state_of(door: Door, **fields: Any) -> Any:
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    for name, value in fields.items():
        setattr(state, name, value)
    return state


def asked(strategy: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer with its type, or what was raised; the draws begin anew."""
    random.seed(7)
    try:
        answer = strategy(*args, **kwargs)
    except Exception as error:
        return type(error), str(error)
    return type(answer), answer


@OURS
@pytest.mark.parametrize("make", NOTHING)
def test_a_strategy_that_looks_at_nothing_takes_anything(
    make: Callable[[Any], Any], ours: Door
) -> None:
    theirs, mine = make(PEER.api), make(ours.api)
    for state in (None, object(), 7):
        for _ in range(3):
            assert asked(mine, state) == asked(theirs, state)
            assert asked(mine, retry_state=state) == asked(theirs, retry_state=state)


@OURS
@pytest.mark.parametrize("make", THE_ATTEMPT)
def test_a_state_may_be_anything_that_has_an_attempt_number(
    make: Callable[[Any], Any], ours: Door
) -> None:
    # The strict door keeps floats where the lenient one keeps what it was given.
    compared = slice(0 if ours is LENIENT else 1, 2)
    theirs, mine = make(PEER.api), make(ours.api)
    for number in NUMBERS:
        stranger = SimpleNamespace(attempt_number=number)
        for _ in range(2):
            expected = asked(theirs, stranger)[compared]
            assert asked(mine, stranger)[compared] == expected
            assert asked(mine, retry_state=stranger)[compared] == expected
            assert asked(mine, state_of(ours, attempt_number=number))[compared] == expected
    assert asked(mine, object())[0] is asked(theirs, object())[0] is AttributeError


@OURS
@pytest.mark.parametrize("make", TIMES)
def test_a_state_may_be_anything_that_has_times(make: Callable[[Any], Any], ours: Door) -> None:
    theirs, mine = make(PEER.api), make(ours.api)
    for seconds in (0.0, 2.5, 3, Fraction(5, 2)):
        stranger = SimpleNamespace(attempt_number=1, seconds_since_start=seconds, upcoming_sleep=1)
        assert asked(mine, stranger) == asked(theirs, stranger)
        assert asked(mine, retry_state=stranger) == asked(theirs, stranger)


@pytest.mark.parametrize(
    "call",
    [
        lambda strategy: strategy(),
        lambda strategy: strategy(1, 2),
        lambda strategy: strategy(1, retry_state=2),
        lambda strategy: strategy(state=1),
    ],
)
def test_a_call_that_does_not_fit_is_refused(call: Callable[[Any], Any]) -> None:
    for make in (*NOTHING[:1], *NOTHING[4:6], *THE_ATTEMPT[:1], *THE_ATTEMPT[3:5]):
        strategy = make(LENIENT.api)
        strategy(state_of(LENIENT))
        with pytest.raises(TypeError):
            call(strategy)


def test_an_assigned_attribute_is_what_is_answered_next() -> None:
    api = LENIENT.api
    wait, stop = api.wait_fixed(1), api.stop_after_attempt(3)
    both = wait + api.wait_fixed(1)
    state = state_of(LENIENT, attempt_number=3)
    assert (wait(state), stop(state), both(state)) == (1.0, True, 2.0)
    wait.wait_fixed, stop.max_attempt_number = 5, 4
    assert (wait(state), stop(state), both(state)) == (5, False, 6.0)
    vars(wait)["wait_fixed"] = 7
    assert (wait(state), both(state)) == (7, 8.0)
    del stop.max_attempt_number
    with pytest.raises(AttributeError):
        stop(state)


def test_a_fixed_wait_answers_the_very_object_it_keeps() -> None:
    wait = LENIENT.api.wait_fixed(1)
    assert wait(None) is wait(None) is wait.wait_fixed


@OURS
def test_a_call_that_a_program_patched_is_the_one_that_answers(ours: Door) -> None:
    state = state_of(ours, attempt_number=1)
    for make in (*NOTHING[4:6], *THE_ATTEMPT[:1], *THE_ATTEMPT[3:5]):
        strategy = make(ours.api)
        before = asked(strategy, state)
        with mock.patch.object(type(strategy), "__call__", lambda *_, **__: "patched"):
            assert strategy(state) == strategy(retry_state=state) == "patched"
        assert asked(strategy, state) == before


@OURS
def test_randomness_is_looked_up_at_each_call(ours: Door) -> None:
    wait = ours.api.wait_random(0, 1)
    for _ in range(3):
        assert wait(None) < 1
        with mock.patch("random.random", return_value=5.0):
            assert wait(None) == 5.0
    module = (
        LENIENT.module("wait")
        if ours is LENIENT
        else __import__("mainstay.retry._wait", fromlist=["random"])
    )
    with mock.patch.object(module, "random", SimpleNamespace(random=lambda: 9.0)):
        assert wait(None) == 9.0
    assert wait(None) < 1


@OURS
def test_each_draw_is_a_number_of_its_own(ours: Door) -> None:
    wait = ours.api.wait_random(2, 5)
    random.seed(9)
    kept = [wait(None) for _ in range(50)]
    random.seed(9)
    assert kept == [2 + 3 * random.random() for _ in range(50)]
    if ours is LENIENT:
        wait.wait_random_max = 2
        assert [wait(None) for _ in range(3)] == [2, 2, 2]


def test_a_state_that_assigns_to_the_strategy_it_is_asked_by_does_no_harm() -> None:
    wait = LENIENT.api.wait_exponential(max=100)

    class Restless:
        @property
        def attempt_number(self) -> int:
            wait.multiplier = 10
            return 2

    assert wait(SimpleNamespace(attempt_number=2)) == 2
    assert wait(Restless()) == 20
