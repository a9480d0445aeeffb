"""Decorated functions that fail: recovered, exhausted, polled; and once with waits of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import in_each_shape, shaped
from benchmarks.retry import policies
from benchmarks.retry.policies import always_failing, failing, no_op, polling, typical

SIMPLE = "two failures then success, sleep= a no-op"
TYPICAL = "two failures then success, typical policy, sleep= a no-op"
PATCHED = "two failures then success, typical policy, time.sleep patched"
EXHAUSTED = "three attempts exhausted"
POLLED = "poll on a result, 10 attempts"
REAL = "two failures then success, real waits of 1 ms"


def cases(door: Door) -> Iterator[Case]:
    """Every policy that fails and that the drop-in and the strict door share."""
    api = door.api
    simple = api.retry(stop=api.stop_after_attempt(5), sleep=no_op)
    for variant, loop in in_each_shape(shaped(failing(2)), simple):
        yield Case(SIMPLE, variant, loop, path="native")
    for variant, loop in in_each_shape(shaped(failing(2)), api.retry(**typical(api), sleep=no_op)):
        yield Case(TYPICAL, variant, loop, path="native")
    for variant, loop in in_each_shape(shaped(failing(2)), api.retry(**typical(api))):
        yield Case(PATCHED, variant, loop, around=policies.patched_sleep)
    three = api.retry(stop=api.stop_after_attempt(3), sleep=no_op)
    for variant, loop in in_each_shape(shaped(always_failing), three, (api.RetryError,)):
        yield Case(EXHAUSTED, variant, loop, path="native")
    poll = api.retry(
        retry=api.retry_if_result(lambda result: result is None),
        stop=api.stop_after_attempt(20),
        sleep=no_op,
    )
    for variant, loop in in_each_shape(shaped(polling(10)), poll):
        yield Case(POLLED, variant, loop, path="native")
    patient = api.retry(stop=api.stop_after_attempt(5), wait=api.wait_fixed(0.001))
    real = next(loop for _, loop in in_each_shape(shaped(failing(2)), patient))
    yield Case(REAL, "no arguments", real, slow=True, clock=time.perf_counter)


def by_hand() -> Iterator[Case]:
    """The loop people write instead."""
    loop_of = policies.by_hand
    for row in (SIMPLE, TYPICAL, PATCHED):
        for variant, loop in in_each_shape(shaped(failing(2)), loop_of(attempts=5)):
            yield Case(row, variant, loop)
    errors = (ConnectionError,)
    for variant, loop in in_each_shape(shaped(always_failing), loop_of(attempts=3), errors):
        yield Case(EXHAUSTED, variant, loop)
    for variant, loop in in_each_shape(shaped(polling(10)), _polled_by_hand):
        yield Case(POLLED, variant, loop)


def _polled_by_hand(function: Callable[..., Any]) -> Any:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for _ in range(20):
            result = function(*args, **kwargs)
            if result is not None:
                return result
            no_op(0.0)
        return None

    return call
