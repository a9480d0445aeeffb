"""The stop strategies that many programs do without.

Imported when a program looks at one of them in `tenacity.stop`. That is the module they say they
are of, by the very string it has: so pickles come out as the peer's, byte for byte.
"""

from __future__ import annotations

from mainstay.retry import _native
from mainstay.retry._native import to_seconds

from .stop import stop_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._types import time_unit_type

__all__ = [
    "stop_all",
    "stop_any",
    "stop_before_delay",
    "stop_when_event_set",
]


@_native.adopt
class stop_any(_native.StopAny, stop_base):
    """Stop when one of the strategies says so."""

    __module__ = stop_base.__module__

    def __init__(self, *stops: Any) -> None:
        self.stops = stops


@_native.adopt
class stop_all(_native.StopAll, stop_base):
    """Stop when all of the strategies say so."""

    __module__ = stop_base.__module__

    def __init__(self, *stops: Any) -> None:
        self.stops = stops


@_native.adopt
class stop_when_event_set(_native.StopWhenEventSet, stop_base):
    """Stop once the event is set."""

    __module__ = stop_base.__module__

    def __init__(self, event: Any) -> None:
        self.event = event


@_native.adopt
class stop_before_delay(_native.StopBeforeDelay, stop_base):
    """Stop when the coming sleep would end after that much time since the first attempt began."""

    __module__ = stop_base.__module__

    def __init__(self, max_delay: time_unit_type) -> None:
        self.max_delay = to_seconds(max_delay)
