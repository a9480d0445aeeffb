"""Events, locks, conditions, semaphores and limiters, as programs see them.

Calling a class gives an object of the running backend. Outside of an event loop it gives an
adapter, which becomes one when it is first used inside. No object may be shared between loops or
threads.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from ..lowlevel import checkpoint_if_cancelled
from ._eventloop import get_async_backend
from ._exceptions import BusyResourceError, NoEventLoopError
from ._tasks import WEAKLY_REFERENCED, CancelScope, of_backend
from ._testing import get_current_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from ._testing import TaskInfo

T = TypeVar("T")


@dataclass(frozen=True)
class EventStatistics:
    """How many tasks wait for an event."""

    tasks_waiting: int


@dataclass(frozen=True)
class CapacityLimiterStatistics:
    """Tokens of a limiter, who holds them, and how many tasks wait for one."""

    borrowed_tokens: int
    total_tokens: float
    borrowers: tuple[object, ...]
    tasks_waiting: int


@dataclass(frozen=True)
class LockStatistics:
    """Whether a lock is held, the task that holds it, and how many tasks wait for it."""

    locked: bool
    owner: TaskInfo | None
    tasks_waiting: int


@dataclass(frozen=True)
class ConditionStatistics:
    """How many tasks wait for a notification, and the statistics of the lock."""

    tasks_waiting: int
    lock_statistics: LockStatistics


@dataclass(frozen=True)
class SemaphoreStatistics:
    """How many tasks wait for a semaphore."""

    tasks_waiting: int


class Event:
    """A flag that is set once; tasks wait until it is."""

    __slots__ = WEAKLY_REFERENCED

    def __new__(cls) -> Event:
        try:
            backend = get_async_backend()
        except NoEventLoopError:
            return EventAdapter()
        return backend.create_event()

    def set(self) -> None:
        """Set the flag and wake all who wait."""
        raise of_backend()

    def is_set(self) -> bool:
        """Tell whether the flag is set."""
        raise of_backend()

    async def wait(self) -> None:
        """Wait until the flag is set."""
        raise of_backend()

    def statistics(self) -> EventStatistics:
        """How many tasks wait now."""
        raise of_backend()


class EventAdapter(Event):
    """An event that was made outside of an event loop."""

    __slots__ = "_is_set", "_real"

    def __new__(cls) -> Self:
        return object.__new__(cls)

    def __init__(self) -> None:
        self._real: Event | None = None
        self._is_set = False

    def set(self) -> None:
        if self._real is None:
            self._is_set = True
        else:
            self._real.set()

    def is_set(self) -> bool:
        return self._is_set if self._real is None else self._real.is_set()

    async def wait(self) -> None:
        if self._real is None:
            self._real = get_async_backend().create_event()
            if self._is_set:
                self._real.set()
        await self._real.wait()

    def statistics(self) -> EventStatistics:
        return EventStatistics(0) if self._real is None else self._real.statistics()


class Lock:
    """Held by one task at a time; the others get it in the order they asked.

    With `fast_acquire` a free lock is taken without letting other tasks run.
    """

    __slots__ = WEAKLY_REFERENCED

    def __new__(cls, *, fast_acquire: bool = False) -> Lock:
        try:
            backend = get_async_backend()
        except NoEventLoopError:
            return LockAdapter(fast_acquire=fast_acquire)
        return backend.create_lock(fast_acquire=fast_acquire)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.release()

    async def acquire(self) -> None:
        """Take the lock, waiting for it; RuntimeError if the task has it already."""
        raise of_backend()

    def acquire_nowait(self) -> None:
        """Take the lock if it is free; WouldBlock otherwise."""
        raise of_backend()

    def release(self) -> None:
        """Give the lock back; RuntimeError unless the current task has it."""
        raise of_backend()

    def locked(self) -> bool:
        """Tell whether a task holds the lock."""
        raise of_backend()

    def statistics(self) -> LockStatistics:
        """Who holds the lock, and how many wait."""
        raise of_backend()


class LockAdapter(Lock):
    """A lock that was made outside of an event loop."""

    __slots__ = "_fast_acquire", "_made"

    def __new__(cls, *, fast_acquire: bool = False) -> Self:
        return object.__new__(cls)

    def __init__(self, *, fast_acquire: bool = False) -> None:
        self._made: Lock | None = None
        self._fast_acquire = fast_acquire

    @property
    def _real(self) -> Lock:
        if self._made is None:
            self._made = get_async_backend().create_lock(fast_acquire=self._fast_acquire)
        return self._made

    async def acquire(self) -> None:
        await self._real.acquire()

    def acquire_nowait(self) -> None:
        self._real.acquire_nowait()

    def release(self) -> None:
        self._real.release()

    def locked(self) -> bool:
        return self._made is not None and self._made.locked()

    def statistics(self) -> LockStatistics:
        return LockStatistics(False, None, 0) if self._made is None else self._made.statistics()


class Condition:
    """A lock, and tasks that wait until the holder of the lock notifies them."""

    __slots__ = "__weakref__", "_line", "_mutex"

    def __init__(self, lock: Lock | None = None) -> None:
        self._mutex = Lock() if lock is None else lock
        # An event for each task that waits, in the order they came.
        self._line: deque[Event] = deque()

    def acquire_nowait(self) -> None:
        """Take the lock if it is free; WouldBlock otherwise."""
        self._mutex.acquire_nowait()

    async def acquire(self) -> None:
        """Take the lock, waiting for it."""
        await self._mutex.acquire()

    def release(self) -> None:
        """Give the lock back."""
        self._mutex.release()

    def locked(self) -> bool:
        """Tell whether a task holds the lock."""
        return self._mutex.locked()

    async def __aenter__(self) -> None:
        await self._mutex.acquire()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._mutex.release()

    def _require_lock(self) -> None:
        owner = self._mutex.statistics().owner
        if owner is None or owner != get_current_task():
            raise RuntimeError("The current task is not holding the underlying lock")

    def notify(self, n: int = 1) -> None:
        """Wake the `n` tasks that wait longest, or all if they are fewer."""
        self._require_lock()
        self._wake(n)

    def notify_all(self) -> None:
        """Wake all tasks that wait."""
        self._require_lock()
        self._wake(len(self._line))

    def _wake(self, most: int) -> None:
        for _ in range(min(most, len(self._line))):
            self._line.popleft().set()

    async def wait(self) -> None:
        """Give the lock back, wait for a notification, and take the lock again."""
        await checkpoint_if_cancelled()
        self._require_lock()
        notified = Event()
        self._line.append(notified)
        self._mutex.release()
        try:
            await notified.wait()
        except BaseException:
            if notified.is_set():
                self._wake(1)  # this task can do nothing with it: it is for the next in line
            else:
                self._line.remove(notified)
            raise
        finally:
            with CancelScope(shield=True):
                await self._mutex.acquire()

    async def wait_for(self, predicate: Callable[[], T]) -> T:
        """Wait until `predicate()` is true; its result."""
        while True:
            if found := predicate():
                return found
            await self.wait()

    def statistics(self) -> ConditionStatistics:
        """How many tasks wait now, and the statistics of the lock."""
        of_lock = self._mutex.statistics()
        return ConditionStatistics(tasks_waiting=len(self._line), lock_statistics=of_lock)


class Semaphore:
    """A number of permits, taken and given back by any task.

    `max_value` makes giving back too many a ValueError. With `fast_acquire` a free permit is taken
    without letting other tasks run.
    """

    __slots__ = WEAKLY_REFERENCED

    def __new__(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Semaphore:
        try:
            backend = get_async_backend()
        except NoEventLoopError:
            return SemaphoreAdapter(initial_value, max_value=max_value, fast_acquire=fast_acquire)
        return backend.create_semaphore(
            initial_value, max_value=max_value, fast_acquire=fast_acquire
        )

    def __init__(
        self, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> None:
        refused: Exception | None = None
        if not isinstance(initial_value, int):
            refused = TypeError("initial_value must be an integer")
        elif initial_value < 0:
            refused = ValueError("initial_value must be >= 0")
        elif not isinstance(max_value, (int, type(None))):
            refused = TypeError("max_value must be an integer or None")
        elif max_value is not None and max_value < initial_value:
            refused = ValueError("max_value must be equal to or higher than initial_value")
        if refused is not None:
            raise refused

    async def __aenter__(self) -> Self:
        await self.acquire()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.release()

    async def acquire(self) -> None:
        """Take a permit, waiting for one."""
        raise of_backend()

    def acquire_nowait(self) -> None:
        """Take a permit if there is one; WouldBlock otherwise."""
        raise of_backend()

    def release(self) -> None:
        """Give a permit back, to the task that waits longest if one does."""
        raise of_backend()

    @property
    def value(self) -> int:
        """How many permits are left."""
        raise of_backend()

    @property
    def max_value(self) -> int | None:
        """The most permits there may be, None without a limit."""
        raise of_backend()

    def statistics(self) -> SemaphoreStatistics:
        """How many tasks wait now."""
        raise of_backend()


class SemaphoreAdapter(Semaphore):
    """A semaphore that was made outside of an event loop."""

    __slots__ = "_fast_acquire", "_initial_value", "_made", "_max_value"

    def __new__(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Self:
        return object.__new__(cls)

    def __init__(
        self, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> None:
        super().__init__(initial_value, max_value=max_value)
        self._fast_acquire = fast_acquire
        self._made: Semaphore | None = None
        self._initial_value = initial_value
        self._max_value = max_value

    @property
    def _real(self) -> Semaphore:
        if self._made is None:
            self._made = get_async_backend().create_semaphore(
                self._initial_value, max_value=self._max_value, fast_acquire=self._fast_acquire
            )
        return self._made

    async def acquire(self) -> None:
        await self._real.acquire()

    def acquire_nowait(self) -> None:
        self._real.acquire_nowait()

    def release(self) -> None:
        self._real.release()

    @property
    def value(self) -> int:
        return self._initial_value if self._made is None else self._made.value

    @property
    def max_value(self) -> int | None:
        return self._max_value

    def statistics(self) -> SemaphoreStatistics:
        return SemaphoreStatistics(0) if self._made is None else self._made.statistics()


class CapacityLimiter:
    """A number of tokens, each held by a borrower: a task, or any object one names.

    `total_tokens` is a whole number or `math.inf`.
    """

    __slots__ = WEAKLY_REFERENCED

    def __new__(cls, total_tokens: float) -> CapacityLimiter:
        try:
            backend = get_async_backend()
        except NoEventLoopError:
            return CapacityLimiterAdapter(total_tokens)
        return backend.create_capacity_limiter(total_tokens)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.release()

    @property
    def total_tokens(self) -> float:
        """How many tokens there are. May be set: more tokens go to those that wait."""
        raise of_backend()

    @total_tokens.setter
    def total_tokens(self, value: float) -> None:
        raise of_backend()

    @property
    def borrowed_tokens(self) -> int:
        """How many tokens are held."""
        raise of_backend()

    @property
    def available_tokens(self) -> float:
        """How many tokens are free."""
        raise of_backend()

    def acquire_nowait(self) -> None:
        """Take a token for the current task if there is one; WouldBlock otherwise."""
        raise of_backend()

    def acquire_on_behalf_of_nowait(self, borrower: object) -> None:
        """Take a token for `borrower` if there is one; WouldBlock otherwise."""
        raise of_backend()

    async def acquire(self) -> None:
        """Take a token for the current task, waiting for one."""
        raise of_backend()

    async def acquire_on_behalf_of(self, borrower: object) -> None:
        """Take a token for `borrower`, waiting for one; RuntimeError if it has one."""
        raise of_backend()

    def release(self) -> None:
        """Give the current task's token back; RuntimeError if it has none."""
        raise of_backend()

    def release_on_behalf_of(self, borrower: object) -> None:
        """Give the token of `borrower` back; RuntimeError if it has none."""
        raise of_backend()

    def statistics(self) -> CapacityLimiterStatistics:
        """Tokens, borrowers and how many tasks wait."""
        raise of_backend()


def check_total_tokens(value: float) -> None:
    """Refuse what cannot be a number of tokens."""
    if not isinstance(value, int) and not math.isinf(value):
        raise TypeError("total_tokens must be an int or math.inf")
    if value < 0:
        raise ValueError("total_tokens must be >= 0")


class CapacityLimiterAdapter(CapacityLimiter):
    """A limiter that was made outside of an event loop."""

    __slots__ = "_made", "_total_tokens"

    def __new__(cls, total_tokens: float) -> Self:
        return object.__new__(cls)

    def __init__(self, total_tokens: float) -> None:
        check_total_tokens(total_tokens)
        self._made: CapacityLimiter | None = None
        self._total_tokens = total_tokens

    @property
    def _real(self) -> CapacityLimiter:
        if self._made is None:
            self._made = get_async_backend().create_capacity_limiter(self._total_tokens)
        return self._made

    @property
    def total_tokens(self) -> float:
        return self._total_tokens if self._made is None else self._made.total_tokens

    @total_tokens.setter
    def total_tokens(self, value: float) -> None:
        check_total_tokens(value)
        if self._made is None:
            self._total_tokens = value
        else:
            self._made.total_tokens = value

    @property
    def borrowed_tokens(self) -> int:
        return 0 if self._made is None else self._made.borrowed_tokens

    @property
    def available_tokens(self) -> float:
        return self._total_tokens if self._made is None else self._made.available_tokens

    def acquire_nowait(self) -> None:
        self._real.acquire_nowait()

    def acquire_on_behalf_of_nowait(self, borrower: object) -> None:
        self._real.acquire_on_behalf_of_nowait(borrower)

    async def acquire(self) -> None:
        await self._real.acquire()

    async def acquire_on_behalf_of(self, borrower: object) -> None:
        await self._real.acquire_on_behalf_of(borrower)

    def release(self) -> None:
        self._real.release()

    def release_on_behalf_of(self, borrower: object) -> None:
        self._real.release_on_behalf_of(borrower)

    def statistics(self) -> CapacityLimiterStatistics:
        if self._made is None:
            return CapacityLimiterStatistics(0, self._total_tokens, (), 0)
        return self._made.statistics()


class ResourceGuard:
    """Refuses a second task in a block: BusyResourceError says it is already `action` it."""

    __slots__ = "__weakref__", "_guarded", "action"

    def __init__(self, action: str = "using") -> None:
        self.action: str = action
        self._guarded = False

    def __enter__(self) -> None:
        if self._guarded:
            raise BusyResourceError(self.action)
        self._guarded = True

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._guarded = False
