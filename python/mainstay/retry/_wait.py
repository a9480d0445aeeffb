"""How long to sleep between attempts: the wait strategies of `mainstay.retry`.

All are immutable values, safe to share between threads. Times are seconds or timedeltas.
`a + b` and `sum([...])` add sleeps up; any callable that takes the RetryCallState and returns
seconds may stand in. Randomness is Python's `random`: seed it for a reproducible run.
"""

from __future__ import annotations

import random  # noqa: F401 - looked up here at each draw, so that it can be patched here
from abc import ABC, abstractmethod

from . import _checks, _native
from ._value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from typing import Any, NoReturn, TypeAlias

    from ._policy import RetryCallState

    Wait: TypeAlias = "wait_base | Callable[[RetryCallState], float]"
    Time: TypeAlias = "float | timedelta"

__all__ = [
    "wait_base",
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_full_jitter",
    "wait_incrementing",
    "wait_none",
    "wait_random",
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
        return wait_combine(self, other)

    def __radd__(self, other: Any) -> wait_base:
        both: tuple[Any, ...] = (other, self)
        if type(other) is int and other == 0:  # what sum() begins with
            return self
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


# What wait_exponential_jitter takes. Of old it took `initial`, which is the multiplier.
_JITTERED = ("multiplier", "max", "exp_base", "jitter", "min")

_AWAITED = "a combination asks and does not await; give it to AsyncRetrying by itself"


def _waits(waits: tuple[Any, ...]) -> tuple[Any, ...]:
    for wait in waits:
        _checks.strategy("each wait", wait, "wait")
        _checks.synchronous("each wait", wait, _AWAITED)
    return waits


@_native.adopt
class wait_random(_native.WaitRandom, wait_base):
    """Sleep a random time from `min` to `max` seconds."""

    _arguments = {"wait_random_min": "min", "wait_random_max": "max"}

    wait_random_min: float
    wait_random_max: float

    def __init__(self, min: Time = 0, max: Time = 1) -> None:
        low, high = _checks.seconds("min", min, self), _checks.seconds("max", max, self)
        _checks.ordered("min", low, "max", high, self)
        self._fill(wait_random_min=low, wait_random_max=high)


@_native.adopt
class wait_combine(_native.WaitCombine, wait_base):
    """Sleep as long as all the strategies together say."""

    wait_funcs: tuple[Wait, ...]

    def __init__(self, *strategies: Wait) -> None:
        self._fill(wait_funcs=_waits(strategies))

    def _explain(self, sleeps: list[Any]) -> None:
        """Refuse the answer of a part that kept the sleeps from being added up."""
        for wait, sleep in zip(self.wait_funcs, sleeps, strict=True):
            _checks.sleep_for(wait, sleep)


@_native.adopt
class wait_chain(_native.WaitChain, wait_base):
    """Follow one strategy after the other, and the last one from then on."""

    strategies: tuple[Wait, ...]

    def __init__(self, *strategies: Wait) -> None:
        if not strategies:
            raise ValueError(
                "wait_chain() needs at least one strategy, got none; for no wait use wait_none()"
            )
        self._fill(strategies=_waits(strategies))


@_native.adopt
class wait_exception(_native.WaitException, wait_base):
    """Sleep as long as `predicate(exception)` says: a server's Retry-After, say."""

    def __init__(self, predicate: Callable[[BaseException], float]) -> None:
        self._fill(
            predicate=_checks.callback(
                "predicate", predicate, "a callable that takes the exception and returns seconds"
            )
        )


@_native.adopt
class wait_incrementing(_native.WaitIncrementing, wait_base):
    """Sleep `start` seconds, then `increment` longer each time, up to `max`.

    With a negative increment each sleep is shorter than the one before, and in the end there is
    none: for something that is ever more likely to be ready.
    """

    start: float
    increment: float
    max: float

    def __init__(self, start: Time = 0, increment: Time = 100, max: Time = MAX_WAIT) -> None:
        first, most = _checks.seconds("start", start, self), _checks.seconds("max", max, self)
        _checks.ordered("start", first, "max", most, self, "raise max, or lower start")
        step = _checks.amount("increment", increment, self)
        if step < 0 and first == 0:
            raise ValueError(
                f"{type(self).__name__}: a negative increment needs a start above 0, got "
                f"start={first:g} increment={step:g}, which never waits; give a start, or use "
                "wait_none()"
            )
        self._fill(start=first, increment=step, max=most)


@_native.adopt
class wait_exponential_jitter(_native.WaitExponentialJitter, wait_base):
    """Sleep `multiplier * exp_base**n` plus up to `jitter` seconds, within min and max."""

    multiplier: float
    max: float
    exp_base: float
    jitter: float
    min: float

    def __init__(
        self,
        multiplier: float = 1,
        max: Time = MAX_WAIT,
        exp_base: float = 2,
        jitter: Time = 1,
        min: Time = 0,
        **unknown: NoReturn,
    ) -> None:
        if unknown:
            _checks.arguments("wait_exponential_jitter()", unknown, _JITTERED)
        low, high = _checks.seconds("min", min, self), _checks.seconds("max", max, self)
        _checks.ordered("min", low, "max", high, self)
        self._fill(
            multiplier=_checks.factor("multiplier", multiplier, self),
            max=high,
            exp_base=_checks.factor("exp_base", exp_base, self),
            jitter=_checks.seconds("jitter", jitter, self),
            min=low,
        )
