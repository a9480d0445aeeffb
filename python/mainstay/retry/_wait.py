"""How long to sleep between attempts: the wait strategies of `mainstay.retry`.

All are immutable values, safe to share between threads. Times are seconds or timedeltas.
`a + b` and `sum([...])` add sleeps up; any callable that takes the RetryCallState and returns
seconds may stand in. Randomness is Python's `random`: seed it for a reproducible run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from . import _checks, _native
from ._value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from typing import Any, TypeAlias

    from ._more_waits import wait_combine
    from ._policy import RetryCallState

    Wait: TypeAlias = "wait_base | Callable[[RetryCallState], float]"
    Time: TypeAlias = "float | timedelta"

__all__ = [
    "wait_base",
    "wait_exponential",
    "wait_fixed",
    "wait_full_jitter",
    "wait_none",
    "wait_random_exponential",
]

#: The cap of every wait that names none: the largest number of seconds, for all purposes never.
MAX_WAIT = float(2**62)


class wait_base(Value, ABC):
    """Base of the wait strategies; subclass it and define `__call__`."""

    _strategy_kind = "wait"
    _namespace = globals()  # where the engine finds `random`

    @abstractmethod
    def __call__(self, retry_state: RetryCallState) -> float:
        """Return the seconds to sleep before the next attempt."""

    def __add__(self, other: Wait) -> wait_combine:
        from ._more_waits import wait_combine

        return wait_combine(self, other)

    def __radd__(self, other: Any) -> wait_base:
        both: tuple[Any, ...] = (other, self)
        if type(other) is int and other == 0:  # what sum() begins with
            return self
        from ._more_waits import wait_combine

        return wait_combine(*both)


@_native.adopt
class wait_fixed(_native.WaitFixed, wait_base):
    """Sleep `wait` seconds before each attempt."""

    _arguments = {"wait_fixed": "wait"}

    wait_fixed: float

    def __init__(self, wait: Time) -> None:
        self._fill(wait_fixed=_checks.seconds("wait", wait, self))


@_native.adopt
class wait_none(wait_fixed):
    """Do not sleep."""

    _derived = ("wait_fixed",)

    def __init__(self) -> None:
        super().__init__(0)


@_native.adopt
class wait_exponential(_native.WaitExponential, wait_base):
    """Sleep `multiplier * exp_base**n` seconds after the n-th retry (n from 0), within min and max.

    No jitter: many clients that failed together come back together. See wait_random_exponential.
    """

    multiplier: float
    max: float
    exp_base: float
    min: float

    def __init__(
        self, multiplier: float = 1, max: Time = MAX_WAIT, exp_base: float = 2, min: Time = 0
    ) -> None:
        low, high = _checks.seconds("min", min, self), _checks.seconds("max", max, self)
        _checks.ordered("min", low, "max", high, self)
        self._fill(
            multiplier=_checks.factor("multiplier", multiplier, self),
            max=high,
            exp_base=_checks.factor("exp_base", exp_base, self),
            min=low,
        )


@_native.adopt
class wait_random_exponential(_native.WaitRandomExponential, wait_exponential):
    """Sleep a random time between min and what wait_exponential would sleep ("full jitter").

    The right choice when many clients share the thing that failed.
    """

    def __init__(
        self, multiplier: float = 1, max: Time = MAX_WAIT, exp_base: float = 2, min: Time = 0
    ) -> None:
        # Spelled out, so that a misspelt argument is reported under this name.
        super().__init__(multiplier, max, exp_base, min)


wait_full_jitter = wait_random_exponential


def __getattr__(name: str) -> Any:
    """`random` is imported when a strategy draws, or when a program looks here to patch it."""
    if name == "random":
        import random

        return random
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
