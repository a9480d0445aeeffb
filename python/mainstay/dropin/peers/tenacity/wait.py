"""How long to sleep between attempts: tenacity's wait strategies on mainstay's engine.

Randomness comes from this module's `random`, looked up at each call, so programs may patch or
seed it.
"""

from __future__ import annotations

import random  # noqa: F401 - looked up here at each draw, so that it can be patched here
import sys
import warnings
from abc import ABC, abstractmethod

from mainstay.retry import _native
from mainstay.retry._native import to_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._types import time_unit_type

__all__ = [
    "WaitBaseT",
    "wait_base",
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_incrementing",
    "wait_none",
    "wait_random",
    "wait_random_exponential",
]

#: The cap of every wait that names none, in seconds.
MAX_WAIT = sys.maxsize / 2


class wait_base(ABC):
    """Base of the wait strategies; `+` and `sum()` add them up."""

    _namespace = globals()

    @abstractmethod
    def __call__(self, retry_state: Any) -> float:
        """Return the seconds to sleep before the next attempt."""

    def __add__(self, other: Any) -> wait_combine:
        return wait_combine(self, other)

    def __radd__(self, other: Any) -> Any:
        if isinstance(other, int):
            # sum() begins with 0. Another number is not a strategy.
            return self if other == 0 else NotImplemented
        return wait_combine(self, other)


@_native.adopt
class wait_fixed(_native.WaitFixed, wait_base):
    """Sleep the same time before each attempt."""

    def __init__(self, wait: time_unit_type) -> None:
        self.wait_fixed = to_seconds(wait)


@_native.adopt
class wait_none(wait_fixed):
    """Do not sleep."""

    def __init__(self) -> None:
        super().__init__(0)


@_native.adopt
class wait_exponential(_native.WaitExponential, wait_base):
    """Sleep multiplier * exp_base**n after the n-th retry, between min and max; no jitter."""

    def __init__(
        self,
        multiplier: float = 1,
        max: time_unit_type = MAX_WAIT,
        exp_base: float = 2,
        min: time_unit_type = 0,
    ) -> None:
        self.multiplier = multiplier
        self.min = to_seconds(min)
        self.max = to_seconds(max)
        self.exp_base = exp_base


@_native.adopt
class wait_random_exponential(_native.WaitRandomExponential, wait_exponential):
    """Sleep a random time between min and what wait_exponential would sleep ("full jitter")."""


@_native.adopt
class wait_random(_native.WaitRandom, wait_base):
    """Sleep a random time between min and max."""

    def __init__(self, min: time_unit_type = 0, max: time_unit_type = 1) -> None:
        self.wait_random_min = to_seconds(min)
        self.wait_random_max = to_seconds(max)


@_native.adopt
class wait_combine(_native.WaitCombine, wait_base):
    """Sleep as long as all the strategies together say."""

    def __init__(self, *strategies: Any) -> None:
        self.wait_funcs = strategies


@_native.adopt
class wait_chain(_native.WaitChain, wait_base):
    """Follow one strategy after the other, and the last one from then on."""

    def __init__(self, *strategies: Any) -> None:
        if not strategies:
            raise ValueError("wait_chain() requires at least one strategy")
        self.strategies = strategies


@_native.adopt
class wait_exception(_native.WaitException, wait_base):
    """Sleep as long as `predicate(exception)` says."""

    def __init__(self, predicate: Callable[[BaseException], float]) -> None:
        self.predicate = predicate


@_native.adopt
class wait_incrementing(_native.WaitIncrementing, wait_base):
    """Sleep start, then increment longer each time, up to max."""

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


def __getattr__(name: str) -> Any:
    if name == "WaitBaseT":
        from tenacity._types import WaitBaseT

        return WaitBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
