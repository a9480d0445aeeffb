"""The wait strategies that many programs do without.

Imported when a program looks at one of them in `tenacity.wait`. That is the module they say they
are of, by the very string it has: so pickles come out as the peer's, byte for byte.
"""

from __future__ import annotations

from mainstay.retry import _native
from mainstay.retry._native import to_seconds

from .wait import MAX_WAIT, wait_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._types import time_unit_type

__all__ = [
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential_jitter",
    "wait_incrementing",
    "wait_random",
]


@_native.adopt
class wait_random(_native.WaitRandom, wait_base):
    """Sleep a random time between min and max."""

    __module__ = wait_base.__module__

    def __init__(self, min: time_unit_type = 0, max: time_unit_type = 1) -> None:
        self.wait_random_min = to_seconds(min)
        self.wait_random_max = to_seconds(max)


@_native.adopt
class wait_combine(_native.WaitCombine, wait_base):
    """Sleep as long as all the strategies together say."""

    __module__ = wait_base.__module__

    def __init__(self, *strategies: Any) -> None:
        self.wait_funcs = strategies


@_native.adopt
class wait_chain(_native.WaitChain, wait_base):
    """Follow one strategy after the other, and the last one from then on."""

    __module__ = wait_base.__module__

    def __init__(self, *strategies: Any) -> None:
        if not strategies:
            raise ValueError("wait_chain() requires at least one strategy")
        self.strategies = strategies


@_native.adopt
class wait_exception(_native.WaitException, wait_base):
    """Sleep as long as `predicate(exception)` says."""

    __module__ = wait_base.__module__

    def __init__(self, predicate: Callable[[BaseException], float]) -> None:
        self.predicate = predicate


@_native.adopt
class wait_incrementing(_native.WaitIncrementing, wait_base):
    """Sleep start, then increment longer each time, up to max."""

    __module__ = wait_base.__module__

    def __init__(
        self,
        start: time_unit_type = 0,
        increment: time_unit_type = 100,
        max: time_unit_type = MAX_WAIT,
    ) -> None:
        self.start = to_seconds(start)
        self.increment = to_seconds(increment)
        self.max = to_seconds(max)


@_native.adopt
class wait_exponential_jitter(_native.WaitExponentialJitter, wait_base):
    """Sleep multiplier * exp_base**n plus up to jitter, between min and max."""

    __module__ = wait_base.__module__

    def __init__(
        self,
        initial: float = 1,
        max: time_unit_type = MAX_WAIT,
        exp_base: float = 2,
        jitter: time_unit_type = 1,
        min: time_unit_type = 0,
        multiplier: float = 1,
    ) -> None:
        if initial != 1 and multiplier != 1:
            raise ValueError(
                "Cannot specify both 'initial' and 'multiplier' \u2014 use 'multiplier' only"
            )
        if initial != 1:
            import warnings

            warnings.warn(
                "The 'initial' parameter is deprecated, use 'multiplier' instead",
                DeprecationWarning,
                stacklevel=2,
            )
            multiplier = initial
        self.multiplier = multiplier
        self.max = to_seconds(max)
        self.exp_base = exp_base
        self.jitter = to_seconds(jitter)
        self.min = to_seconds(min)
