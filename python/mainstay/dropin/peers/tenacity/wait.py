"""How long to sleep between attempts: tenacity's wait strategies on mainstay's engine.

Randomness comes from this module's `random`, looked up at each call, so programs may patch or
seed it.
"""

import sys
from abc import ABC, abstractmethod

from mainstay import _bring
from mainstay.retry import _native
from mainstay.retry._native import to_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._more_waits import (
        wait_chain,
        wait_combine,
        wait_exception,
        wait_exponential_jitter,
        wait_incrementing,
        wait_random,
    )
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
    def __call__(self, retry_state: "Any") -> float:
        """Return the seconds to sleep before the next attempt."""

    def __add__(self, other: "Any") -> "wait_combine":
        both: wait_combine = __getattr__("wait_combine")(self, other)
        return both

    def __radd__(self, other: "Any") -> "Any":
        if isinstance(other, int):
            # sum() begins with 0. Another number is not a strategy.
            return self if other == 0 else NotImplemented
        return __getattr__("wait_combine")(self, other)


@_native.adopt
class wait_fixed(_native.WaitFixed, wait_base):
    """Sleep the same time before each attempt."""

    def __init__(self, wait: "time_unit_type") -> None:
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
        max: "time_unit_type" = MAX_WAIT,
        exp_base: float = 2,
        min: "time_unit_type" = 0,
    ) -> None:
        self.multiplier = multiplier
        self.min = to_seconds(min)
        self.max = to_seconds(max)
        self.exp_base = exp_base


@_native.adopt
class wait_random_exponential(_native.WaitRandomExponential, wait_exponential):
    """Sleep a random time between min and what wait_exponential would sleep ("full jitter")."""


# Imported when a program looks at one of them.
_LATE = (
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential_jitter",
    "wait_incrementing",
    "wait_random",
)


def __getattr__(name: str) -> "Any":
    """`random` too is imported when a strategy draws, or when a program looks here to patch it."""
    here = globals()
    if name in here:
        return here[name]
    if name in _LATE:
        _bring(here, "_more_waits", _LATE)
        return here[name]
    if name == "random":
        import random

        return random
    if name == "WaitBaseT":
        from tenacity._types import WaitBaseT

        return WaitBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
