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
    from typing import TypeAlias

    from ._more_stops import stop_all, stop_any
    from ._policy import RetryCallState

    Stop: TypeAlias = "stop_base | Callable[[RetryCallState], bool]"

__all__ = [
    "stop_after_attempt",
    "stop_after_delay",
    "stop_base",
    "stop_never",
]


class stop_base(Value, ABC):
    """Base of the stop strategies; subclass it and define `__call__`."""

    _strategy_kind = "stop"

    @abstractmethod
    def __call__(self, retry_state: RetryCallState) -> bool:
        """Return whether this attempt was the last."""

    def __and__(self, other: Stop) -> stop_all:
        from ._more_stops import stop_all

        return stop_all(self, other)

    def __rand__(self, other: Stop) -> stop_all:
        from ._more_stops import stop_all

        return stop_all(other, self)

    def __or__(self, other: Stop) -> stop_any:
        from ._more_stops import stop_any

        return stop_any(self, other)

    def __ror__(self, other: Stop) -> stop_any:
        from ._more_stops import stop_any

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
