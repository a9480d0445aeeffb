"""The stop strategies that many programs do without; imported when one is looked at."""

from __future__ import annotations

from . import _checks, _native
from ._stop import stop_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Any

    from ._stop import Stop

__all__ = [
    "stop_all",
    "stop_any",
    "stop_before_delay",
    "stop_when_event_set",
]


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
