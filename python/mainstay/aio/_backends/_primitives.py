"""Events, locks, semaphores and limiters on asyncio: native, with their statistics here.

Who releases makes the first in line the owner, so that nothing can overtake it. A task that is
cancelled in the turn in which it became the owner gives back what it got.
"""

from __future__ import annotations

import asyncio

from .. import _native
from .._core._synchronization import CapacityLimiter as BaseCapacityLimiter
from .._core._synchronization import (
    CapacityLimiterStatistics,
    EventStatistics,
    LockStatistics,
    SemaphoreStatistics,
    check_total_tokens,
)
from .._core._synchronization import Event as BaseEvent
from .._core._synchronization import Lock as BaseLock
from .._core._synchronization import Semaphore as BaseSemaphore
from ._task_info import AsyncIOTaskInfo

_native.adopt(current_task=asyncio.current_task, get_running_loop=asyncio.get_running_loop)


class Event(_native.Event, BaseEvent):
    """An event of asyncio tasks."""

    __slots__ = ()

    def statistics(self) -> EventStatistics:
        return EventStatistics(self._waiting)


class Lock(_native.Lock, BaseLock):
    """A lock of asyncio tasks."""

    __slots__ = ()

    def __init__(self, *, fast_acquire: bool = False) -> None:
        self._fast_acquire = fast_acquire

    def statistics(self) -> LockStatistics:
        task = self._owner_task
        owner = None if task is None else AsyncIOTaskInfo(task)
        return LockStatistics(task is not None, owner, self._waiting)


class Semaphore(_native.Semaphore, BaseSemaphore):
    """A semaphore of asyncio tasks."""

    __slots__ = ()

    def __init__(
        self, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> None:
        BaseSemaphore.__init__(self, initial_value, max_value=max_value)
        self._set_up(initial_value, max_value, fast_acquire)

    def statistics(self) -> SemaphoreStatistics:
        return SemaphoreStatistics(self._waiting)


class CapacityLimiter(_native.CapacityLimiter, BaseCapacityLimiter):
    """A limiter of asyncio tasks."""

    __slots__ = ()

    def __init__(self, total_tokens: float) -> None:
        self.total_tokens = total_tokens

    @property
    def total_tokens(self) -> float:
        return self._total_tokens

    @total_tokens.setter
    def total_tokens(self, value: float) -> None:
        check_total_tokens(value)
        self._total_tokens = value

    def statistics(self) -> CapacityLimiterStatistics:
        return CapacityLimiterStatistics(
            self.borrowed_tokens, self._total_tokens, self._borrowers, self._waiting
        )
