"""Interleaved rounds: every implementation once per round, in an order that rotates.

So a machine that slows down for a second slows all of them, and no one always runs first. The
collector stays on, as in the programs that use the code. Knows a clock only by parameter.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from .case import Case, Clock, Loop

MOST_CALLS = 10_000_000
LEAST_SECONDS = 1e-6  # what is left of a subtraction when noise has eaten it


@dataclass(frozen=True)
class Effort:
    """How long: rounds, seconds of one implementation in one round, rounds of slow cases."""

    rounds: int
    seconds: float
    slow_rounds: int


EFFORTS = {
    "full": Effort(rounds=15, seconds=0.008, slow_rounds=20),
    "quick": Effort(rounds=5, seconds=0.003, slow_rounds=7),
    "smoke": Effort(rounds=1, seconds=0.0, slow_rounds=1),
}


@dataclass(frozen=True)
class Column:
    """A case as it is run: with what has to be entered around each of its rounds."""

    case: Case
    active: Callable[[], AbstractContextManager[object]]


def calls_per_round(loop: Loop, seconds: float, clock: Clock) -> int:
    """How many operations take about `seconds`, tried out beginning with one."""
    calls = 1
    while calls < MOST_CALLS:
        taken = _timed(loop, calls, clock)
        if taken >= seconds / 4:
            return max(1, round(calls * seconds / taken)) if taken else 1
        # Towards the goal, but not on one noisy sample alone.
        calls *= 10 if taken * 40 < seconds else 2
    return MOST_CALLS


def measure(
    columns: Mapping[str, Column], effort: Effort, clock: Clock = time.process_time
) -> dict[str, list[float]]:
    """Seconds per operation in each round, per column; all lists are of the same length.

    `clock` counts when the cases name none of their own.
    """
    gc.enable()
    gc.collect()
    slow = any(column.case.slow for column in columns.values())
    clock = next((c.case.clock for c in columns.values() if c.case.clock), clock)
    calls = {
        name: 1 if slow else _calls(column, effort.seconds, clock)
        for name, column in columns.items()
    }
    samples: dict[str, list[float]] = {name: [] for name in columns}
    order = list(columns)
    for _ in range(effort.slow_rounds if slow else effort.rounds):
        for name in order:
            samples[name].append(_round(columns[name], calls[name], clock))
        order.append(order.pop(0))
    return samples


def _calls(column: Column, seconds: float, clock: Clock) -> int:
    with column.active(), column.case.around():
        return calls_per_round(column.case.loop, seconds, clock)


def _round(column: Column, calls: int, clock: Clock) -> float:
    """Seconds per operation in one round."""
    case = column.case
    with column.active(), case.around():
        taken = _timed(case.loop, calls, clock)
        if case.baseline is not None:
            taken = max(taken - _timed(case.baseline, calls, clock), LEAST_SECONDS)
    return taken / calls


def _timed(loop: Loop, calls: int, clock: Clock) -> float:
    start = clock()
    loop(calls)
    return clock() - start
