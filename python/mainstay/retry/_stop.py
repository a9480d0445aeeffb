"""When to stop trying: the stop strategies of `mainstay.retry`.

All are immutable values, safe to share between threads. `a | b` stops when either says so,
`a & b` when both do; any callable that takes the RetryCallState and returns a bool may stand in.
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

    from ._policy import RetryCallState

    Stop: TypeAlias = "stop_base | Callable[[RetryCallState], bool]"

__all__ = [
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_base",
    "stop_before_delay",
    "stop_never",
    "stop_when_event_set",
]


class stop_base(Value, ABC):
    """Base of the stop strategies; subclass it and define `__call__`."""

    _strategy_kind = "stop"

    @abstractmethod
    def __call__(self, retry_state: RetryCallState) -> bool:
        """Return whether this attempt was the last."""

    def __and__(self, other: Stop) -> stop_all:
        return stop_all(self, other)

    def __rand__(self, other: Stop) -> stop_all:
        return stop_all(other, self)

    def __or__(self, other: Stop) -> stop_any:
        return stop_any(self, other)

    def __ror__(self, other: Stop) -> stop_any:
        return stop_any(other, self)


@_native.adopt
class _stop_never(_native.StopNever, stop_base):
    """Never stop."""

    _called_with_nothing = "stop_never is a strategy, not a class; write stop_never without ()"

    def __reduce__(self) -> str:
        return "stop_never"

    def __repr__(self) -> str:
        return "stop_never"


stop_never = _stop_never()
"""Never stop: the default of the loops."""


@_native.adopt
class stop_after_attempt(_native.StopAfterAttempt, stop_base):
    """Stop after that many attempts, the first call included.

    >>> from mainstay.retry import stop_after_attempt
    >>> stop_after_attempt(3)
    stop_after_attempt(max_attempt_number=3)
    """

    max_attempt_number: int

    def __init__(self, max_attempt_number: int) -> None:
        self._fill(max_attempt_number=_checks.count("max_attempt_number", max_attempt_number, self))


@_native.adopt
class stop_after_delay(_native.StopAfterDelay, stop_base):
    """Stop once `max_delay` seconds have passed since the first attempt began.

    Looked at after each attempt: the last sleep may carry the call past the limit. To stay within
    it use stop_before_delay. It never interrupts a running attempt.
    """

    max_delay: float

    def __init__(self, max_delay: float | timedelta) -> None:
        self._fill(max_delay=_checks.seconds("max_delay", max_delay, self))


_AWAITED = "a combination asks and does not await; give it to AsyncRetrying by itself"


def _stops(stops: tuple[Any, ...]) -> tuple[Any, ...]:
    for stop in stops:
        _checks.strategy("each stop", stop, "stop")
        _checks.synchronous("each stop", stop, _AWAITED)
    return stops


@_native.adopt
class stop_any(_native.StopAny, stop_base):
    """Stop when one of the strategies says so; those after it are not asked."""

    def __init__(self, *stops: Stop) -> None:
        _checks.parts(self, stops, "stop", "never stop", "stop_never")
        self._fill(stops=_stops(stops))


@_native.adopt
class stop_all(_native.StopAll, stop_base):
    """Stop when all of the strategies say so; those after a refusal are not asked."""

    def __init__(self, *stops: Stop) -> None:
        _checks.parts(self, stops, "stop", "stop at once", "stop_after_attempt(1)")
        self._fill(stops=_stops(stops))


@_native.adopt
class stop_when_event_set(_native.StopWhenEventSet, stop_base):
    """Stop once `event.is_set()`: a threading.Event, say, set by a shutdown."""

    def __init__(self, event: Any) -> None:
        self._fill(event=_checks.event(event, "is_set", "stop_when_event_set"))


@_native.adopt
class stop_before_delay(_native.StopBeforeDelay, stop_base):
    """Stop when the coming sleep would end `max_delay` seconds after the first attempt began."""

    max_delay: float

    def __init__(self, max_delay: float | timedelta) -> None:
        self._fill(max_delay=_checks.seconds("max_delay", max_delay, self))
