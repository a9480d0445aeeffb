"""When to stop trying: tenacity's stop strategies on mainstay's engine."""

from abc import ABC, abstractmethod

from mainstay import _bring
from mainstay.retry import _native
from mainstay.retry._native import to_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._more_stops import stop_all, stop_any, stop_before_delay, stop_when_event_set
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
    def __call__(self, retry_state: "Any") -> bool:
        """Return whether this attempt was the last."""

    def __and__(self, other: "Any") -> "stop_all":
        both: stop_all = __getattr__("stop_all")(self, other)
        return both

    def __or__(self, other: "Any") -> "stop_any":
        both: stop_any = __getattr__("stop_any")(self, other)
        return both


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

    def __init__(self, max_delay: "time_unit_type") -> None:
        self.max_delay = to_seconds(max_delay)


# Imported when a program looks at one of them.
_LATE = (
    "stop_all",
    "stop_any",
    "stop_before_delay",
    "stop_when_event_set",
)


def __getattr__(name: str) -> "Any":
    here = globals()
    if name in here:
        return here[name]
    if name in _LATE:
        _bring(here, "_more_stops", _LATE)
        return here[name]
    if name == "StopBaseT":
        from tenacity._types import StopBaseT

        return StopBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
