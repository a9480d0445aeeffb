"""A thread that keeps the time, in Python: the clock of the profile function in Python.

The time moves while there is a subscriber, in steps of the shortest interval that one asked for.
"""

from __future__ import annotations

import threading
import time
from typing import Any

_lock = threading.Condition()
_intervals: dict[int, float] = {}
_thread: threading.Thread | None = None
_next_id = 0
_now = 0.0


def _keep_time() -> None:
    global _now, _thread
    with _lock:
        while _intervals:
            _now = time.perf_counter()
            _lock.wait(min(_intervals.values()))
        _thread = None


def pyi_timing_thread_subscribe(desired_interval: float) -> int:
    """Have the time move in steps of at most `desired_interval` seconds; returns a number."""
    global _next_id, _now, _thread
    with _lock:
        _next_id += 1
        _intervals[_next_id] = desired_interval
        if _thread is None:
            _now = time.perf_counter()
            _thread = threading.Thread(target=_keep_time, daemon=True)
            _thread.start()
        _lock.notify_all()
        return _next_id


def pyi_timing_thread_unsubscribe(id: int) -> int:
    """End a subscription; -1 when there is none of that number."""
    with _lock:
        found: Any = _intervals.pop(id, None)
        _lock.notify_all()
        return -1 if found is None else 0


def pyi_timing_thread_get_time() -> float:
    """The time in seconds, as it was at the last step."""
    return _now


def pyi_timing_thread_get_interval() -> float:
    """The length of a step in seconds, -1 when the time does not move."""
    with _lock:
        return min(_intervals.values(), default=-1.0)
