"""Strategies called with a state, as other people's strategies and tests do."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door

COMPUTED = "a computed strategy called with a state"
TRIVIAL = "a trivial strategy called with a state"
COMBINED = "a strategy of several called with a state"


def cases(door: Door) -> Iterator[Case]:
    """Strategies that compute, that only look, and that ask others."""
    api = door.api
    state = _after_three_failures(api)
    errors = api.retry_if_exception_type((ConnectionError, TimeoutError))
    table = (
        (COMPUTED, "wait_exponential", api.wait_exponential(multiplier=1, max=10)),
        (COMPUTED, "wait_incrementing", api.wait_incrementing(start=1, increment=2, max=60)),
        (COMPUTED, "wait_random", api.wait_random(0, 2)),
        (
            COMPUTED,
            "wait_exponential + wait_random",
            api.wait_exponential() + api.wait_random(0, 2),
        ),
        (COMPUTED, "wait_random_exponential", api.wait_random_exponential(max=60)),
        (TRIVIAL, "stop_after_attempt", api.stop_after_attempt(5)),
        (TRIVIAL, "stop_never", api.stop_never),
        (TRIVIAL, "wait_fixed", api.wait_fixed(1)),
        (TRIVIAL, "retry_if_exception_type", errors),
        (COMBINED, "stop | stop", api.stop_after_attempt(5) | api.stop_after_delay(30)),
        (COMBINED, "retry | retry", errors | api.retry_if_result(lambda result: result is None)),
        (COMBINED, "wait_chain", api.wait_chain(*(api.wait_fixed(s) for s in (1, 2, 5)))),
    )
    for row, variant, strategy in table:
        yield Case(row, variant, _calls(strategy, state))


def by_hand() -> Iterator[Case]:
    """The same arithmetic as a Python function; of a random wait the draw alone."""
    yield Case(COMPUTED, "wait_exponential", _calls(_exponential, _Numbered()))
    yield Case(COMPUTED, "wait_random", _draws)
    yield Case(TRIVIAL, "stop_after_attempt", _calls(_five, _Numbered()))


class _Numbered:
    attempt_number = 3


def _exponential(state: Any) -> float:
    return max(0.0, min(10.0, 2.0 ** int(state.attempt_number - 1)))


def _five(state: Any) -> bool:
    return bool(state.attempt_number >= 5)


def _draws(n: int) -> None:
    draw = random.random
    for _ in repeat(None, n):
        draw()


def _calls(strategy: Callable[[Any], Any], state: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            strategy(state)

    return loop


def _after_three_failures(api: Any) -> Any:
    state = api.RetryCallState(api.Retrying(), None, (), {})
    state.attempt_number = 3
    try:
        raise ConnectionError
    except ConnectionError:
        state.set_exception(sys.exc_info())
    return state
