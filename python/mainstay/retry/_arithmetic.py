"""The strategies' formulas over any Python number.

The engine evaluates a strategy whose numbers are plain floats (mainstay/retry/arithmetic.hpp).
Here is the same arithmetic for everything else a program may have put there: ints, which keep a
sleep an int as long as nothing forces a float, Fractions, Decimals, NumPy scalars. Called by
`_native` only; `strategy` is whatever object carries the attributes.
"""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["chain", "exponential", "exponential_jitter", "incrementing", "total"]


def incrementing(strategy: Any, retry_state: Any) -> Any:
    """Start, plus one increment for each attempt already made, within 0 and max."""
    grown = strategy.start + strategy.increment * (retry_state.attempt_number - 1)
    return max(0, min(grown, strategy.max))


def exponential(strategy: Any, retry_state: Any) -> Any:
    """Multiplier times exp_base to the attempts already made, within min and max."""
    attempts_made = retry_state.attempt_number - 1
    if _surely_above_max(strategy, attempts_made):
        return max(max(0, strategy.min), strategy.max)
    try:
        grown = strategy.multiplier * strategy.exp_base**attempts_made
    except OverflowError:
        return strategy.max
    return max(max(0, strategy.min), min(grown, strategy.max))


def exponential_jitter(strategy: Any, retry_state: Any, drawn: Any) -> Any:
    """The same plus `drawn`, which the caller took from 0 to strategy.jitter."""
    try:
        power = strategy.exp_base ** (retry_state.attempt_number - 1)
        grown = strategy.multiplier * power + drawn
    except OverflowError:
        grown = strategy.max
    return max(max(0, strategy.min), min(grown, strategy.max))


def chain(strategy: Any, retry_state: Any) -> Any:
    """The strategy whose turn it is; the last one when all had theirs."""
    strategies = strategy.strategies
    turn = min(max(retry_state.attempt_number, 1), len(strategies))
    return strategies[turn - 1](retry_state=retry_state)


def total(sleeps: list[Any], strategy: Any) -> float:
    """The sum of several strategies' sleeps, in seconds."""
    try:
        return float(sum(sleeps))
    except TypeError:
        explain = getattr(strategy, "_explain", None)  # the strict door's knows which one it was
        if explain is not None:
            explain(sleeps)
        raise


def _surely_above_max(strategy: Any, attempts_made: Any) -> bool:
    """Whether the power would exceed max, decided by logarithms: ints would grow without bound."""
    multiplier, most, base = strategy.multiplier, strategy.max, strategy.exp_base
    return bool(
        multiplier > 0
        and most > 0
        and base > 1
        and math.isfinite(most)
        and attempts_made > math.log(most, base) - math.log(multiplier, base)
    )
