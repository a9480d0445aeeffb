"""Cancel scopes on asyncio, and what is known of each task.

Cancellation is a state of a scope, not an event: as long as a task is inside, each of its awaits
raises. asyncio cancels once, so a cancelled scope delivers again when a task has run and waits
anew. It looks once per turn of the loop while a task is about to run, and with growing pauses
while all tasks wait for something that does not react: it never spins.
"""

from __future__ import annotations

import asyncio
import math
import sys
from asyncio import CancelledError, current_task, get_running_loop
from inspect import CORO_RUNNING, CORO_SUSPENDED, getcoroutinestate
from weakref import WeakKeyDictionary

from .._core._tasks import CancelScope as BaseCancelScope

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    Task = asyncio.Task[Any]

_PREFIX = "Cancelled via cancel scope "
_COUNTS_CANCELLATIONS = sys.version_info >= (3, 11)
# Pauses between deliveries to tasks that do not react, in seconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.1


class TaskState:
    """What a task has beyond asyncio's: the scope it is in, and the id of the task above it."""

    __slots__ = "__weakref__", "cancel_scope", "parent_id"

    def __init__(self, parent_id: int | None, cancel_scope: CancelScope | None) -> None:
        self.parent_id = parent_id
        self.cancel_scope = cancel_scope


_task_states: WeakKeyDictionary[Task, TaskState] = WeakKeyDictionary()


def is_anyio_cancellation(exc: BaseException) -> bool:
    """Whether a scope of ours caused it, also if other code raised it anew while handling one."""
    found: BaseException | None = exc
    while isinstance(found, CancelledError):
        text = found.args[0] if found.args else None
        if isinstance(text, str) and text.startswith(_PREFIX):
            return True
        found = found.__context__
    return False


def _is_ours(exc: BaseException) -> bool:
    return isinstance(exc, CancelledError) and is_anyio_cancellation(exc)


def has_started(task: Task) -> bool:
    """Whether the coroutine of an unfinished task has run at all."""
    coro: Any = task.get_coro()
    try:
        return getcoroutinestate(coro) in (CORO_RUNNING, CORO_SUSPENDED)
    except AttributeError:  # what asend() returns tells nothing
        return True


class CancelScope(BaseCancelScope):
    """A cancel scope of asyncio tasks; belongs to the thread of its loop."""

    __slots__ = (
        "_active",
        "_cancel_called",
        "_cancel_handle",
        "_cancel_reason",
        "_cancelled_caught",
        "_child_scopes",
        "_deadline",
        "_earlier_cancellations",
        "_host_task",
        "_owed",
        "_parent_scope",
        "_pause",
        "_shield",
        "_tasks",
        "_timeout_handle",
        "_tried",
    )

    def __new__(cls, *, deadline: float = math.inf, shield: bool = False) -> Self:
        return object.__new__(cls)

    def __init__(self, deadline: float = math.inf, shield: bool = False) -> None:
        if deadline != deadline:
            raise ValueError("deadline must not be NaN")
        self._deadline = deadline
        self._shield = shield
        self._active = self._cancel_called = self._cancelled_caught = False
        self._cancel_reason: str | None = None
        self._host_task: Task | None = None
        # The tasks whose innermost scope this is, and the scopes directly inside.
        self._tasks: set[Task] = set()
        self._parent_scope: CancelScope | None = None
        self._child_scopes: set[CancelScope] = set()
        self._timeout_handle: asyncio.TimerHandle | None = None
        # The next delivery, the pause before it, and what each task waited for at the last one.
        self._cancel_handle: asyncio.Handle | None = None
        self._pause = 0.0
        self._tried: dict[Task, object] = {}
        # Cancellations of the host task: by us and not taken back; when it came in.
        self._owed = 0
        self._earlier_cancellations = 0

    def __enter__(self) -> Self:
        if self._active:
            raise RuntimeError("Each CancelScope may only be used for a single 'with' block")
        task = current_task()
        assert task is not None
        state = _task_states.get(task)
        if state is None:
            _task_states[task] = TaskState(None, self)
        else:
            parent = self._parent_scope = state.cancel_scope
            state.cancel_scope = self
            if parent is not None:
                parent._child_scopes.add(self)
                # An eager task may be here before the group has put it into its scope.
                parent._tasks.discard(task)
        self._host_task = task
        self._tasks.add(task)
        self._active = True
        if _COUNTS_CANCELLATIONS:
            self._earlier_cancellations = task.cancelling()
        if self._cancel_called:
            self._deliver_cancellation(self)
        else:
            self._watch_deadline()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        del exc_tb
        if not self._active:
            raise RuntimeError("This cancel scope is not active")
        task = current_task()
        if task is None or task is not self._host_task:
            raise RuntimeError(
                "Attempted to exit cancel scope in a different task than it was entered in"
            )
        state = _task_states.get(task)
        if state is None or state.cancel_scope is not self:
            raise RuntimeError(
                "Attempted to exit a cancel scope that isn't the current tasks's current cancel "
                "scope"
            )
        parent = self._parent_scope
        self._active = False
        self._host_task = None
        self._stop_timer()
        self._tasks.remove(task)
        if parent is not None:
            parent._child_scopes.remove(self)
            parent._tasks.add(task)
        state.cancel_scope = parent
        self._restart_cancellation_in_parent()
        try:
            if self._cancel_called and not self._cancelled_from_outside:
                return self._settle(task) and self._swallow(exc_val)
            if parent is not None:
                parent._owed += self._owed
                self._owed = 0
            return False
        finally:
            del exc_val, task

    def _settle(self, task: Task) -> bool:
        """Take our cancellations of the task back. False if there was one that is not ours.

        asyncio makes one exception of cancellations that arrive in the same turn, so that one with
        our message may be the program's own as well and must go on.
        """
        if not _COUNTS_CANCELLATIONS:
            return True
        while self._owed:
            self._owed -= 1
            task.uncancel()
        return task.cancelling() <= self._earlier_cancellations

    def _swallow(self, exc: BaseException | None) -> bool:
        """Whether the exception ends here; of a group, raises what does not."""
        if not isinstance(exc, BaseExceptionGroup):
            self._cancelled_caught = exc is not None and _is_ours(exc)
            return self._cancelled_caught
        ours, rest = exc.split(_is_ours)
        if ours is None:
            return False
        self._cancelled_caught = True
        if rest is None:
            return True
        context = rest.__context__
        try:
            raise rest
        finally:
            rest.__context__ = context  # the raise has put `exc` there
            del context, exc, ours, rest

    @property
    def _effectively_cancelled(self) -> bool:
        scope: CancelScope | None = self
        while scope is not None and not scope._cancel_called:
            scope = None if scope._shield else scope._parent_scope
        return scope is not None

    @property
    def _cancelled_from_outside(self) -> bool:
        parent = self._parent_scope
        return parent is not None and not self._shield and parent._effectively_cancelled

    # Deadlines

    def _watch_deadline(self) -> None:
        if self._deadline == math.inf:
            return
        loop = get_running_loop()
        if loop.time() < self._deadline:
            self._timeout_handle = loop.call_at(self._deadline, self._watch_deadline)
        else:
            self.cancel("deadline exceeded")

    def _stop_timer(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
            self._timeout_handle = None

    # Delivery

    def cancel(self, reason: str | None = None) -> None:
        if self._cancel_called:
            return
        self._stop_timer()
        self._cancel_called = True
        by = current_task()
        self._cancel_reason = (
            f"{_PREFIX}{id(self):x}"
            + (f" by {by}" if by else "")
            + (f"; reason: {reason}" if reason else "")
        )
        if self._host_task is not None:
            self._deliver_cancellation(self)

    def _deliver_cancellation(self, origin: CancelScope) -> None:
        """Cancel what waits in this scope and in those inside, and see when to do so again."""
        self._cancel_handle = None
        tried, moved = self._tried, False
        self._tried = {}
        current = current_task()
        for task in self._reachable_tasks():
            if task.done():
                continue
            waits_for = getattr(task, "_fut_waiter", None)
            self._tried[task] = waits_for
            pending = isinstance(waits_for, asyncio.Future) and not waits_for.done()
            if not pending or tried.get(task) is not waits_for:
                moved = True
            if (
                task is not current
                and (pending or not isinstance(waits_for, asyncio.Future))
                and not task._must_cancel  # type: ignore[attr-defined]
                and (has_started(task) or task is self._host_task)
            ):
                task.cancel(self._cancel_reason)
                if task is self._host_task:
                    self._owed += 1
        if not self._tried:
            return
        loop = get_running_loop()
        if moved:
            self._pause = 0.0
            self._cancel_handle = loop.call_soon(self._deliver_cancellation, self)
        else:
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._cancel_handle = loop.call_later(self._pause, self._deliver_cancellation, self)

    def _reachable_tasks(self) -> list[Task]:
        """The tasks in this scope, and in those inside that are not shielded or cancelled too."""
        found, scopes = list(self._tasks), list(self._child_scopes)
        while scopes:
            scope = scopes.pop()
            if not scope._shield and not scope._cancel_called:
                found += scope._tasks
                scopes += scope._child_scopes
        return found

    def _restart_cancellation_in_parent(self) -> None:
        """Let the nearest cancelled scope outside deliver: a task came back into it."""
        scope = self._parent_scope
        while scope is not None and not scope._cancel_called:
            scope = None if scope._shield else scope._parent_scope
        if scope is not None and (scope._cancel_handle is None or scope._pause):
            if scope._cancel_handle is not None:
                scope._cancel_handle.cancel()
            scope._deliver_cancellation(scope)

    def _reparent(self, parent: CancelScope) -> None:
        """Move this scope, with all inside, into another one."""
        if self._parent_scope is parent:
            return
        if self._parent_scope is not None:
            self._parent_scope._child_scopes.discard(self)
        self._parent_scope = parent
        parent._child_scopes.add(self)
        self._restart_cancellation_in_parent()

    @property
    def deadline(self) -> float:
        return self._deadline

    @deadline.setter
    def deadline(self, value: float) -> None:
        value = float(value)
        if value != value:
            raise ValueError("deadline must not be NaN")
        self._deadline = value
        self._stop_timer()
        if self._active and not self._cancel_called:
            self._watch_deadline()

    @property
    def cancel_called(self) -> bool:
        return self._cancel_called

    @property
    def cancelled_caught(self) -> bool:
        return self._cancelled_caught

    @property
    def shield(self) -> bool:
        return self._shield

    @shield.setter
    def shield(self, value: bool) -> None:
        opened = self._shield and not value
        self._shield = value
        if opened:
            self._restart_cancellation_in_parent()
