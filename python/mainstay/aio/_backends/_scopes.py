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

from .. import _native
from .._core._exceptions import BaseExceptionGroup
from .._core._tasks import CancelScope as BaseCancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Task = asyncio.Task[Any]

_PREFIX = "Cancelled via cancel scope "
_COUNTS_CANCELLATIONS = sys.version_info >= (3, 11)
# Pauses between deliveries to tasks that do not react, in seconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.1


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


class CancelScope(_native.Scope, BaseCancelScope):
    """A cancel scope of asyncio tasks; belongs to the thread of its loop.

    Entering, leaving and the tree of scopes are native; what a cancelled one does is here.
    """

    __slots__ = ()

    def _leave_cancelled(self, task: Task, exc: BaseException | None) -> bool:
        """Whether a scope that is left after it was cancelled swallows the exception."""
        try:
            return self._settle(task) and self._swallow(exc)
        finally:
            del task, exc

    def _settle(self, task: Task) -> bool:
        """Take our cancellations of the task back. False if there was one that is not ours.

        asyncio makes one exception of cancellations that arrive in the same turn, so that one with
        our message may be the program's own as well and must go on.
        """
        if not _COUNTS_CANCELLATIONS:
            return True
        counted: Any = task
        while self._owed:
            self._owed -= 1
            counted.uncancel()
        left: int = counted.cancelling()
        return left <= self._earlier_cancellations

    def _swallow(self, exc: BaseException | None) -> bool:
        """Whether the exception ends here; of a group, raises what does not."""
        if not isinstance(exc, BaseExceptionGroup):
            self._cancelled_caught = exc is not None and _is_ours(exc)
            return self._cancelled_caught
        group: Any = exc
        ours, rest = group.split(_is_ours)
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
            del context, exc, group, ours, rest

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
        tried = self._tried or {}
        self._tried = waiting = {}
        current = current_task()
        tasks, moved = self._reachable()
        for task in tasks:
            if task.done():
                continue
            waits_for = getattr(task, "_fut_waiter", None)
            waiting[task] = waits_for
            pending = isinstance(waits_for, asyncio.Future) and not waits_for.done()
            if not pending or tried.get(task) is not waits_for:
                moved = True
            if (
                task is not current
                and (pending or not isinstance(waits_for, asyncio.Future))
                and not task._must_cancel
                and (has_started(task) or task is self._host_task)
            ):
                task.cancel(self._cancel_reason)
                if task is self._host_task:
                    self._owed += 1
        if not moved and not waiting:
            return
        loop = get_running_loop()
        if moved:
            self._pause = 0.0
            self._cancel_handle = loop.call_soon(self._deliver_cancellation, self)
        else:
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._cancel_handle = loop.call_later(self._pause, self._deliver_cancellation, self)

    def _restart_cancellation_in_parent(self) -> None:
        """Let the nearest cancelled scope outside deliver: a task came back into it."""
        scope = self._cancelling_parent
        if scope is not None and (scope._cancel_handle is None or scope._pause):
            if scope._cancel_handle is not None:
                scope._cancel_handle.cancel()
            scope._deliver_cancellation(scope)

    def _reparent(self, parent: CancelScope) -> None:
        """Move this scope, with all inside, into another one."""
        if self._parent_scope is not parent:
            self._move_into(parent)
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
    def shield(self) -> bool:
        return self._shield

    @shield.setter
    def shield(self, value: bool) -> None:
        opened = self._shield and not value
        self._shield = value
        if opened:
            self._restart_cancellation_in_parent()
