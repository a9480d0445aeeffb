"""Which events handlers want, so that nothing else is asked of the kernel or built.

A set of events is an int of bits, one per event class; the engine has the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from ._native import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from .events import FileSystemEvent

    class Listener(Protocol):
        def renew_interest(self) -> None: ...


# Observers that asked the kernel for less than everything. An observer adds itself when it starts
# and is let go with its last reference.
listeners: WeakSet[Listener] = WeakSet()


def announce() -> None:
    """Called when a method of some handler was replaced: all observers look at theirs again."""
    for each in list(listeners):
        each.renew_interest()


def of_filter(event_filter: Iterable[type] | None) -> int:
    """The bits of a filter of event classes; base classes stand for all that derive from them."""
    if event_filter is None:
        return EVERYTHING
    wanted = tuple(event_filter)
    return sum(bit for kind, bit in bits().items() if issubclass(kind, wanted))


def of_handler(handler: object) -> int:
    """The bits of what a handler overrides. One that could do anything wants everything."""
    from . import events

    base = events.FileSystemEventHandler
    kind = type(handler)
    if not issubclass(kind, base):
        return EVERYTHING
    own = vars(handler) if hasattr(handler, "__dict__") else {}
    known = (base.dispatch, events.PathMatchingEventHandler.dispatch)
    if "dispatch" in own or kind.dispatch not in known:
        return EVERYTHING
    if "on_any_event" in own or kind.on_any_event is not base.on_any_event:
        return EVERYTHING
    wanted = 0
    for event, bit in bits().items():
        name = f"on_{event.event_type}"
        if name in own or getattr(kind, name) is not getattr(base, name):
            wanted |= bit
    return wanted


def classes() -> list[type[FileSystemEvent] | None]:
    """The event classes by the engine's kinds; None for what is no event of Python's."""
    from . import events

    return [getattr(events, name, None) for name in KINDS]


def bits() -> dict[type[FileSystemEvent], int]:
    """The bit of each event class that an emitter makes."""
    if not _bits:
        from .events import OverflowEvent

        for place, kind in enumerate(classes()):
            if kind is not None and kind is not OverflowEvent:
                _bits[kind] = 1 << place
    return _bits


EVERYTHING = (1 << 13) - 1
_bits: dict[type[FileSystemEvent], int] = {}
