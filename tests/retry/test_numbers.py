"""Sleeps and verdicts are the peer's to the last bit and to the type, whatever numbers come in."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from .doors import LENIENT, PEER, Door, outcome_of

INF, NAN = float("inf"), float("nan")

# Attempt numbers a program may have put into a state by hand, from sensible to absurd.
ATTEMPTS: list[Any] = [
    1, 2, 3, 4, 10, 63, 64, 65, 500, 1023, 1024, 1025, 1100, 5000,
    0, -1, -2, -1100, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 2**64 + 1,
    1.0, 2.5, INF, NAN, True, Fraction(5, 2), Decimal(3),
]  # fmt: skip

# What a program may put where a strategy keeps a number.
NUMBERS: list[Any] = [
    0, 1, 2, 3, -1, 0.0, -0.0, 0.5, 1.0, 1.5, 2.0, -2.0, 1e-300, 1e300, INF, -INF, NAN,
    Fraction(1, 3), Decimal("1.5"), True, 10**30, 5e-324, 3.3333333333333335,
]  # fmt: skip


class Float(float):
    """A subclass keeps Python's own arithmetic."""


def state(door: Door, attempt: Any, **attributes: Any) -> Any:
    made = door.api.RetryCallState(None, None, (), {})
    made.attempt_number = attempt
    vars(made).update(attributes)
    return made


def compared(make: Callable[[Door], Callable[[], Any]]) -> None:
    """Claims that peer and drop-in come to the same, drawing the same random numbers."""
    results = []
    for door in (PEER, LENIENT):
        random.seed(7)
        results.append((outcome_of(make(door)), random.random()))
    assert results[1] == results[0]


def feasible(base: Any, attempt: Any) -> bool:
    """Whether the peer answers in this life: int powers of huge attempts do not end."""
    exact = isinstance(base, (int, Fraction, Decimal)) and abs(base) not in (0, 1)
    return not (exact and isinstance(attempt, int) and abs(attempt) > 10_000)


def shapes() -> Iterator[dict[str, Any]]:
    """Exponential shapes: each number in each place, and some pairs."""
    plain = {"multiplier": 1, "max": 100.0, "exp_base": 2, "min": 0.0}
    floats = {"multiplier": 0.75, "max": 60.0, "exp_base": 1.7, "min": 0.25}
    uncapped = {"multiplier": 1.0, "max": sys.maxsize / 2, "exp_base": 2.0, "min": 0.0}
    yield from (plain, floats, uncapped)
    for base in (plain, floats, uncapped):
        for name, number in itertools.product(base, NUMBERS):
            yield {**base, name: number}
    for low, high in itertools.product((-1.0, 0.0, 5.0, INF, NAN), repeat=2):
        yield {**floats, "min": low, "max": high}
    yield {name: Float(number) for name, number in floats.items()}


SHAPES = list(shapes())


@pytest.mark.parametrize("kind", ["wait_exponential", "wait_random_exponential"])
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=repr)
def test_exponential_waits_are_the_peers(kind: str, attempt: Any) -> None:
    for shape in SHAPES:
        if not feasible(shape["exp_base"], attempt):
            continue

        def make(door: Door, shape: dict[str, Any] = shape) -> Callable[[], Any]:
            strategy = getattr(door.api, kind)()
            vars(strategy).update(shape)
            return lambda: strategy(state(door, attempt))

        compared(make)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=repr)
def test_jittered_waits_are_the_peers(attempt: Any) -> None:
    for shape, jitter in itertools.product(SHAPES, (1.0, 0, 0.0, 5, INF, NAN, -1.0, Fraction(1))):
        if not feasible(shape["exp_base"], attempt) or (jitter != 1.0 and shape not in SHAPES[:30]):
            continue

        def make(
            door: Door, shape: dict[str, Any] = shape, jitter: Any = jitter
        ) -> Callable[[], Any]:
            strategy = door.api.wait_exponential_jitter()
            vars(strategy).update(shape, jitter=jitter)
            return lambda: strategy(state(door, attempt))

        compared(make)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=repr)
def test_incrementing_waits_are_the_peers(attempt: Any) -> None:
    for name, number in itertools.product(("start", "increment", "max"), NUMBERS):
        for most in (INF, 100.0, 0.0, -0.0):

            def make(
                door: Door, name: str = name, number: Any = number, most: float = most
            ) -> Callable[[], Any]:
                strategy = door.api.wait_incrementing(1, 0.1)
                vars(strategy).update({"max": most, name: number})
                return lambda: strategy(state(door, attempt))

            compared(make)


@pytest.mark.parametrize("low", NUMBERS, ids=repr)
def test_random_waits_are_the_peers(low: Any) -> None:
    for high in NUMBERS:

        def make(door: Door, high: Any = high) -> Callable[[], Any]:
            strategy = door.api.wait_random()
            vars(strategy).update(wait_random_min=low, wait_random_max=high)
            return lambda: strategy(state(door, 1))

        compared(make)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=repr)
def test_chains_are_the_peers(attempt: Any) -> None:
    for length in (1, 2, 3):

        def make(door: Door, length: int = length) -> Callable[[], Any]:
            parts = [door.api.wait_fixed(n) for n in range(1, length + 1)]
            return lambda: door.api.wait_chain(*parts)(state(door, attempt))

        compared(make)


@pytest.mark.parametrize("numbers", list(itertools.combinations(NUMBERS, 2)), ids=repr)
def test_sums_are_the_peers(numbers: tuple[Any, ...]) -> None:
    def make(door: Door) -> Callable[[], Any]:
        parts = [lambda retry_state, number=number: number for number in (*numbers, 0.1, 0.2)]
        return lambda: door.api.wait_combine(*parts)(state(door, 1))

    compared(make)


def test_a_sum_of_nothing_is_a_float(door: Door) -> None:
    assert repr(door.api.wait_combine()(None)) == "0.0"


LIMITS = [*NUMBERS, "3", None]


@pytest.mark.parametrize("attempt", [*ATTEMPTS, None, "2"], ids=repr)
def test_limits_of_attempts_are_the_peers(attempt: Any) -> None:
    for limit in LIMITS:

        def make(door: Door, limit: Any = limit) -> Callable[[], Any]:
            return lambda: door.api.stop_after_attempt(limit)(state(door, attempt))

        compared(make)


@pytest.mark.parametrize("ended", [*NUMBERS, None], ids=repr)
@pytest.mark.parametrize("kind", ["stop_after_delay", "stop_before_delay"])
def test_limits_of_time_are_the_peers(kind: str, ended: Any) -> None:
    upcomings = NUMBERS if kind == "stop_before_delay" else [0]
    for began, upcoming, limit in itertools.product((0, 0.5, Fraction(1, 3)), upcomings, LIMITS):

        def make(
            door: Door, began: Any = began, upcoming: Any = upcoming, limit: Any = limit
        ) -> Callable[[], Any]:
            strategy = getattr(door.api, kind)(1)
            vars(strategy).update(max_delay=limit)
            moment = state(
                door, 1, start_time=began, outcome_timestamp=ended, upcoming_sleep=upcoming
            )
            return lambda: strategy(moment)

        compared(make)


ARGUMENTS = [*NUMBERS, timedelta(seconds=1.5), timedelta(days=-1), "1.5", "x", None, b"1", [1], {}]


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("wait_fixed", "wait"),
        ("wait_random", "min"),
        ("wait_random", "max"),
        ("wait_incrementing", "start"),
        ("wait_incrementing", "increment"),
        ("wait_incrementing", "max"),
        ("wait_exponential", "multiplier"),
        ("wait_exponential", "max"),
        ("wait_exponential", "exp_base"),
        ("wait_exponential", "min"),
        ("wait_random_exponential", "multiplier"),
        ("wait_random_exponential", "max"),
        ("wait_exponential_jitter", "multiplier"),
        ("wait_exponential_jitter", "jitter"),
        ("wait_exponential_jitter", "max"),
        ("wait_exponential_jitter", "min"),
        ("stop_after_attempt", "max_attempt_number"),
        ("stop_after_delay", "max_delay"),
        ("stop_before_delay", "max_delay"),
    ],
)
def test_constructors_take_and_refuse_what_the_peers_do(kind: str, argument: str) -> None:
    for value in ARGUMENTS:

        def make(door: Door, value: Any = value) -> Callable[[], Any]:
            return lambda: vars(getattr(door.api, kind)(**{argument: value}))

        compared(make)
        if value in (10**30,):
            continue

        def use(door: Door, value: Any = value) -> Callable[[], Any]:
            moment = state(door, 3, start_time=0.0, outcome_timestamp=2.0)
            return lambda: getattr(door.api, kind)(**{argument: value})(moment)

        compared(use)


@pytest.mark.parametrize("sleep", [*NUMBERS, Float(2), "1", None, timedelta(1)], ids=repr)
def test_whatever_a_wait_returns_the_loop_does_the_same_with_it(sleep: Any) -> None:
    def make(door: Door) -> Callable[[], Any]:
        slept: list[Any] = []
        states: list[Any] = []

        def fail() -> None:
            raise KeyError("k")

        def run() -> Any:
            retrying = door.api.Retrying(
                sleep=slept.append,
                stop=door.api.stop_after_attempt(3),
                wait=lambda retry_state: sleep,
                before_sleep=lambda retry_state: states.append(
                    (retry_state.idle_for, retry_state.upcoming_sleep, retry_state.next_action)
                ),
            )
            try:
                retrying(fail)
            except Exception as error:
                ended: Any = (type(error).__name__, str(error)[:20])
            numbers = dict(retrying.statistics)
            del numbers["start_time"], numbers["delay_since_first_attempt"]
            types = [type(one).__name__ for one in slept]
            return repr((ended, slept, types, states, numbers))

        return run

    compared(make)


@pytest.mark.parametrize("moment", [Fraction(1, 3), Decimal("1.5"), 7, 2.5], ids=repr)
def test_times_of_any_type_stay_exact(door: Door, moment: Any) -> None:
    made = state(door, 1, start_time=moment, outcome_timestamp=moment * 3)
    assert made.seconds_since_start == moment * 2
    assert type(made.seconds_since_start) is type(moment)
