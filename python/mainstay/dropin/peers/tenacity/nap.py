"""How to sleep. `time` is looked up here at each call, so programs may patch it here."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["sleep", "sleep_using_event"]


def sleep(seconds: float) -> None:
    """Sleep for that many seconds."""
    time.sleep(seconds)


class sleep_using_event:
    """Sleep until the event is set, or the seconds have passed."""

    def __init__(self, event: "Any") -> None:
        self.event = event

    def __call__(self, timeout: "float | None") -> None:
        self.event.wait(timeout=timeout)
