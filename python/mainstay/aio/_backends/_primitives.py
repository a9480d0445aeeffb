"""Events, locks, semaphores and limiters on asyncio.

Who releases makes the first in line the owner, so that nothing can overtake it. A task that is
cancelled in the turn in which it became the owner gives back what it got.
"""

from __future__ import annotations

import asyncio
from asyncio import CancelledError, current_task
from collections import OrderedDict, deque

from .._core._exceptions import WouldBlock
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
from ._checkpoints import cancel_shielded_checkpoint, checkpoint, checkpoint_if_cancelled
from ._task_info import AsyncIOTaskInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    Task = asyncio.Task[Any]
    Waiter = asyncio.Future[None]


class Event(BaseEvent):
    """An event of asyncio tasks."""

    __slots__ = ("_event",)

    def __new__(cls) -> Self:
        return object.__new__(cls)

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    async def wait(self) -> None:
        if self._event.is_set():
            await checkpoint()
        else:
            await self._event.wait()

    def statistics(self) -> EventStatistics:
        waiters: Any = self._event._waiters  # type: ignore[attr-defined]
        return EventStatistics(len(waiters))


class Lock(BaseLock):
    """A lock of asyncio tasks."""

    __slots__ = "_fast_acquire", "_owner_task", "_waiters"

    def __new__(cls, *, fast_acquire: bool = False) -> Self:
        return object.__new__(cls)

    def __init__(self, *, fast_acquire: bool = False) -> None:
        self._fast_acquire = fast_acquire
        self._owner_task: Task | None = None
        self._waiters: deque[tuple[Task, Waiter]] = deque()

    def _take(self, task: Task | None) -> bool:
        """Take a lock that is free. RuntimeError if the task has it already."""
        if self._owner_task is None and not self._waiters:
            self._owner_task = task
            return True
        if self._owner_task is task:
            raise RuntimeError("Attempted to acquire an already held Lock")
        return False

    async def acquire(self) -> None:
        task = current_task()
        assert task is not None
        if self._owner_task is None and not self._waiters:
            await checkpoint_if_cancelled()
        if self._take(task):
            if not self._fast_acquire:
                try:
                    await cancel_shielded_checkpoint()
                except CancelledError:
                    self.release()
                    raise
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._waiters.append((task, waiter))
        try:
            await waiter
        except CancelledError:
            if waiter.cancelled():
                if (task, waiter) in self._waiters:
                    self._waiters.remove((task, waiter))
            else:
                self.release()
            raise

    def acquire_nowait(self) -> None:
        if not self._take(current_task()):
            raise WouldBlock

    def release(self) -> None:
        if self._owner_task is not current_task():
            raise RuntimeError("The current task is not holding this lock")
        while self._waiters:
            self._owner_task, waiter = self._waiters.popleft()
            if not waiter.cancelled():
                waiter.set_result(None)
                return
        self._owner_task = None

    def locked(self) -> bool:
        return self._owner_task is not None

    def statistics(self) -> LockStatistics:
        owner = None if self._owner_task is None else AsyncIOTaskInfo(self._owner_task)
        return LockStatistics(self.locked(), owner, len(self._waiters))


class Semaphore(BaseSemaphore):
    """A semaphore of asyncio tasks."""

    __slots__ = "_max_value", "_value", "_waiters"

    def __new__(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Self:
        return object.__new__(cls)

    def __init__(
        self, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> None:
        super().__init__(initial_value, max_value=max_value, fast_acquire=fast_acquire)
        self._value = initial_value
        self._max_value = max_value
        self._waiters: deque[Waiter] = deque()

    async def acquire(self) -> None:
        if self._value > 0 and not self._waiters:
            await checkpoint_if_cancelled()
            self._value -= 1
            if not self._fast_acquire:
                try:
                    await cancel_shielded_checkpoint()
                except CancelledError:
                    self.release()
                    raise
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        except CancelledError:
            if not waiter.cancelled():
                self.release()
            elif waiter in self._waiters:
                self._waiters.remove(waiter)
            raise

    def acquire_nowait(self) -> None:
        if self._value == 0:
            raise WouldBlock
        self._value -= 1

    def release(self) -> None:
        if self._value == self._max_value:
            raise ValueError("semaphore released too many times")
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.cancelled():
                waiter.set_result(None)
                return
        self._value += 1

    @property
    def value(self) -> int:
        return self._value

    @property
    def max_value(self) -> int | None:
        return self._max_value

    def statistics(self) -> SemaphoreStatistics:
        return SemaphoreStatistics(len(self._waiters))


class CapacityLimiter(BaseCapacityLimiter):
    """A limiter of asyncio tasks."""

    __slots__ = "_borrowers", "_total_tokens", "_waiters"

    def __new__(cls, total_tokens: float) -> Self:
        return object.__new__(cls)

    def __init__(self, total_tokens: float) -> None:
        self._borrowers: set[Any] = set()
        self._waiters: OrderedDict[Any, asyncio.Event] = OrderedDict()
        self.total_tokens = total_tokens

    @property
    def total_tokens(self) -> float:
        return self._total_tokens

    @total_tokens.setter
    def total_tokens(self, value: float) -> None:
        check_total_tokens(value)
        self._total_tokens: float = value
        while self._serve_next():
            pass

    @property
    def borrowed_tokens(self) -> int:
        return len(self._borrowers)

    @property
    def available_tokens(self) -> float:
        return self._total_tokens - len(self._borrowers)

    def _serve_next(self) -> bool:
        """Give a free token to the first in line; False without one of either."""
        if not self._waiters or len(self._borrowers) >= self._total_tokens:
            return False
        borrower, woken = self._waiters.popitem(last=False)
        self._borrowers.add(borrower)
        woken.set()
        return True

    def acquire_nowait(self) -> None:
        self.acquire_on_behalf_of_nowait(current_task())

    def acquire_on_behalf_of_nowait(self, borrower: object) -> None:
        if borrower in self._borrowers:
            raise RuntimeError(
                "this borrower is already holding one of this CapacityLimiter's tokens"
            )
        if self._waiters or len(self._borrowers) >= self._total_tokens:
            raise WouldBlock
        self._borrowers.add(borrower)

    async def acquire(self) -> None:
        await self.acquire_on_behalf_of(current_task())

    async def acquire_on_behalf_of(self, borrower: object) -> None:
        await checkpoint_if_cancelled()
        try:
            self.acquire_on_behalf_of_nowait(borrower)
        except WouldBlock:
            woken = self._waiters[borrower] = asyncio.Event()
        else:
            try:
                await cancel_shielded_checkpoint()
            except BaseException:
                self.release_on_behalf_of(borrower)
                raise
            return
        try:
            await woken.wait()
        except BaseException:
            self._waiters.pop(borrower, None)
            if woken.is_set():
                self._borrowers.discard(borrower)
                self._serve_next()
            raise

    def release(self) -> None:
        self.release_on_behalf_of(current_task())

    def release_on_behalf_of(self, borrower: object) -> None:
        if borrower not in self._borrowers:
            raise RuntimeError("this borrower isn't holding any of this CapacityLimiter's tokens")
        self._borrowers.remove(borrower)
        self._serve_next()

    def statistics(self) -> CapacityLimiterStatistics:
        return CapacityLimiterStatistics(
            self.borrowed_tokens, self._total_tokens, tuple(self._borrowers), len(self._waiters)
        )
