"""A thread that gathers events and hands them over once they stop coming."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, overload

from . import BaseThread, renamed_attribute, resolve_renamed_argument

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..events import FileSystemEvent
    from . import Seconds

logger = logging.getLogger("watchdog.utils.event_debouncer")


class EventDebouncer(BaseThread):
    """Calls `events_callback` with the list of events that came, in their order, once none came
    for `debounce_interval` seconds or they have been coming for longer than that. What is left when
    it is stopped is handed over as well. What the callback raises is logged. Any thread may call
    `handle_event`."""

    @overload
    def __init__(
        self,
        debounce_interval: Seconds,
        events_callback: Callable[[list[FileSystemEvent]], object],
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        debounce_interval_seconds: Seconds,
        events_callback: Callable[[list[FileSystemEvent]], object],
    ) -> None: ...

    def __init__(
        self,
        debounce_interval: Seconds | None = None,
        events_callback: Callable[[list[FileSystemEvent]], object] | None = None,
        *,
        debounce_interval_seconds: Seconds | None = None,
    ) -> None:
        super().__init__()
        interval: Seconds | None = resolve_renamed_argument(
            "debounce_interval_seconds",
            debounce_interval_seconds,
            "debounce_interval",
            debounce_interval,
            default=None,
        )
        if interval is None:
            raise TypeError("EventDebouncer() missing required argument: 'debounce_interval'")
        if events_callback is None:
            raise TypeError("EventDebouncer() missing required argument: 'events_callback'")
        self.debounce_interval = interval
        self.events_callback = events_callback
        self._events: list[FileSystemEvent] = []
        self._cond = threading.Condition()

    debounce_interval_seconds = renamed_attribute("debounce_interval_seconds", "debounce_interval")

    def handle_event(self, event: FileSystemEvent) -> None:
        """Adds an event to those that are gathered."""
        with self._cond:
            self._events.append(event)
            self._cond.notify()

    def stop(self) -> None:
        """Ends the thread, after it has handed over what is left."""
        with self._cond:
            super().stop()
            self._cond.notify()

    def time_to_flush(self, started: float) -> bool:
        """Whether events have been coming for long enough since `started`, a monotonic time."""
        return time.monotonic() - started > self.debounce_interval

    def run(self) -> None:
        """Gathers and hands over until `stop()`."""
        with self._cond:
            while self.should_keep_running():
                while self.should_keep_running() and not self._events:
                    self._cond.wait()
                if self.debounce_interval:
                    started = time.monotonic()
                    while self.should_keep_running():
                        quiet = not self._cond.wait(timeout=self.debounce_interval)
                        if quiet or self.time_to_flush(started):
                            break
                self._flush()
            self._flush()

    def _flush(self) -> None:
        if self._events:
            events, self._events = self._events, []
            try:
                self.events_callback(events)
            except Exception:
                logger.exception("Error calling the callback for %d events", len(events))
