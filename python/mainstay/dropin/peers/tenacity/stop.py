"""When to stop trying: tenacity's stop strategies on mainstay's engine."""

from __future__ import annotations

from abc import ABC, abstractmethod

from mainstay.retry import _native
from mainstay.retry._native import to_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._types import time_unit_type

__all__ = [
    "StopBaseT",
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_base",
    "stop_before_delay",
    "stop_never",
    "stop_when_event_set",
]


class stop_base(ABC):
    """Base of the stop strategies; `&` and `|` combine them."""

    @abstractmethod
    def __call__(self, retry_state: Any) -> bool:
        """Return whether this attempt was the last."""

    def __and__(self, other: Any) -> stop_all:
        return stop_all(self, other)

    def __or__(self, other: Any) -> stop_any:
        return stop_any(self, other)


@_native.adopt
class _stop_never(_native.StopNever, stop_base):
    """Never stop."""


stop_never = _stop_never()


@_native.adopt
class stop_after_attempt(_native.StopAfterAttempt, stop_base):
    """Stop after that many attempts."""

    def __init__(self, max_attempt_number: int) -> None:
        self.max_attempt_number = max_attempt_number


@_native.adopt
class stop_after_delay(_native.StopAfterDelay, stop_base):
    """Stop once that much time has passed since the first attempt began.

    The sleep before the attempt that finds this out is not counted in advance: the total may
    exceed the limit by it. See stop_before_delay.
    """

    def __init__(self, max_delay: time_unit_type) -> None:
        self.max_delay = to_seconds(max_delay)


@_native.adopt
class stop_any(_native.StopAny, stop_base):
    """Stop when one of the strategies says so."""

    def __init__(self, *stops: Any) -> None:
        self.stops = stops


@_native.adopt
class stop_all(_native.StopAll, stop_base):
    """Stop when all of the strategies say so."""

    def __init__(self, *stops: Any) -> None:
        self.stops = stops


@_native.adopt
class stop_when_event_set(_native.StopWhenEventSet, stop_base):
    """Stop once the event is set."""

    def __init__(self, event: Any) -> None:
        self.event = event


@_native.adopt
class stop_before_delay(_native.StopBeforeDelay, stop_base):
    """Stop when the coming sleep would end after that much time since the first attempt began."""

    def __init__(self, max_delay: time_unit_type) -> None:
        self.max_delay = to_seconds(max_delay)


def __getattr__(name: str) -> Any:
    if name == "StopBaseT":
        from tenacity._types import StopBaseT

        return StopBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
