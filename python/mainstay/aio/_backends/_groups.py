"""Task groups on asyncio: the tasks, the errors they end with, and the scope they run in."""

from __future__ import annotations

import asyncio
import sys
from asyncio import CancelledError, current_task, get_running_loop
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import TypeVar

from .. import abc
from .._core._exceptions import BaseExceptionGroup
from .._core._tasks import TaskHandle
from .._native import add_state, cancel_shielded_checkpoint, find_state, take_state
from ..abc._tasks import call_for_coroutine, get_callable_name, get_coro_name
from ._scopes import CancelScope, is_anyio_cancellation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self, TypeVarTuple, Unpack

    PosArgsT = TypeVarTuple("PosArgsT")
    Task = asyncio.Task[Any]

T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)

_SHOWS_WAITING = sys.version_info >= (3, 14)  # asyncio can say which task awaits which
_EAGER_CODE = getattr(getattr(asyncio, "eager_task_factory", None), "__code__", None)


class _AsyncioTaskStatus(abc.TaskStatus[T_contra]):
    """What `TaskGroup.start` gives to its task, which runs in the caller's scope until it has
    started, and then in the group's."""

    def __init__(
        self,
        answer: asyncio.Future[Any],
        group_host: int,
        group_scope: CancelScope,
        own_scope: CancelScope,
    ) -> None:
        self._answer = answer
        self._group_host = group_host
        self._group_scope = group_scope
        self.own_scope = own_scope

    def started(self, value: T_contra | None = None) -> None:
        """Let `TaskGroup.start` return `value`."""
        task = current_task()
        assert task is not None
        state = find_state(task)
        if state is not None:
            state.parent_id = self._group_host
        if self._answer.cancelled():  # start() itself was cancelled: the task stays with it
            return
        if self._answer.done():
            raise RuntimeError("called 'started' twice on the same task status")
        self._answer.set_result(value)
        self.own_scope._reparent(self._group_scope)


def _create_task(coro: Coroutine[Any, Any, Any], name: str) -> Task:
    """A task of the running loop that begins at the next turn, whatever the loop's factory."""
    loop = get_running_loop()
    factory: Any = loop.get_task_factory()
    if _EAGER_CODE is not None and getattr(factory, "__code__", None) is _EAGER_CODE:
        make = factory.__closure__[0].cell_contents  # the class that the factory was made for
        task: Task = make(coro, loop=loop, name=name)
        return task
    return loop.create_task(coro, name=name)


class TaskGroup(abc.TaskGroup):
    """A task group of asyncio tasks; belongs to the thread of its loop."""

    def __init__(self, scope: CancelScope | None = None) -> None:
        self.cancel_scope = self._scope = CancelScope() if scope is None else scope
        self._entered = False
        self._exceptions: list[BaseException] = []
        self._tasks: set[Task] = set()
        self._all_done: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        if self._entered:
            raise RuntimeError("TaskGroup cannot be entered more than once")
        self._entered = True
        self._scope.__enter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        __tracebackhide__ = True
        try:
            if exc_val is not None:
                self._scope.cancel()
                if not isinstance(exc_val, CancelledError):
                    self._exceptions.append(exc_val)
            try:
                if self._tasks:
                    exc_val = await self._wait_for_tasks(exc_val)
                else:
                    await cancel_shielded_checkpoint()
                if self._exceptions:
                    # What came in is one of them: without `from None` it would show twice.
                    raise BaseExceptionGroup(
                        "unhandled errors in a TaskGroup", self._exceptions
                    ) from None
                if exc_val is not None:
                    raise exc_val
            except BaseException as error:
                if self._scope.__exit__(type(error), error, error.__traceback__):
                    return True
                raise
            return self._scope.__exit__(exc_type, exc_val, exc_tb)
        finally:
            # The errors hold this frame by their tracebacks; it must not hold them.
            del exc_val, exc_tb, self._exceptions

    async def _wait_for_tasks(self, leaving: BaseException | None) -> BaseException | None:
        """Wait until all tasks have ended. What to leave with: `leaving`, or a cancellation."""
        try:
            with CancelScope() as waiting:
                while self._tasks:
                    self._all_done = get_running_loop().create_future()
                    try:
                        await self._all_done
                    except CancelledError as error:
                        # The tasks are told once; to cancel this wait again would change nothing.
                        waiting.shield = True
                        self._scope.cancel()
                        native = not is_anyio_cancellation(error)
                        if leaving is None or (native and isinstance(leaving, CancelledError)):
                            leaving = error
                    self._all_done = None
            return leaving
        finally:
            del leaving

    def _require_active(self) -> None:
        if not self._entered or not self._scope._active:
            raise RuntimeError("This task group is not active; no new tasks can be started.")

    def create_task(
        self,
        coro: Coroutine[Any, Any, T_co],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> TaskHandle[T_co]:
        """Start a task that runs `coro`, in a copy of `context` if one is given."""
        if not isinstance(coro, Coroutine):
            raise TypeError(f"expected a coroutine, got {type(coro).__qualname__}")
        try:
            self._require_active()
        except RuntimeError:
            coro.close()
            raise
        name = get_coro_name(coro, name)
        if context is None:
            return self._spawn(coro, name, self._scope)
        return context.run(self._spawn, coro, name, self._scope)

    async def start(
        self,
        func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
        *args: Unpack[PosArgsT],
        name: object = None,
        return_handle: bool = False,
    ) -> Any:
        """Start a task and wait until it calls `task_status.started()`."""
        self._require_active()
        caller = current_task()
        assert caller is not None
        state = find_state(caller)
        scope = (state.cancel_scope if state is not None else None) or self._scope
        answer: asyncio.Future[Any] = get_running_loop().create_future()
        status: _AsyncioTaskStatus[Any] = _AsyncioTaskStatus(
            answer, id(self._scope._host_task), self._scope, CancelScope()
        )
        coro = call_for_coroutine(func, args, task_status=status)
        handle = self._spawn(
            coro, get_callable_name(func, name), scope, answer, status.own_scope, id(caller)
        )
        try:
            await answer
        except BaseException:
            if handle.status is TaskHandle.Status.PENDING:
                handle.cancel()
                with CancelScope(shield=True):
                    await handle.wait()
            raise
        if not return_handle:
            return answer.result()
        handle._start_value = answer.result()
        return handle

    def _spawn(
        self,
        coro: Coroutine[Any, Any, T_co],
        name: str,
        scope: CancelScope,
        answer: asyncio.Future[Any] | None = None,
        own_scope: CancelScope | None = None,
        parent_id: int | None = None,
    ) -> TaskHandle[T_co]:
        """Start a task in `scope`; with `answer`, its errors go there until that has a result."""
        host = self._scope._host_task
        handle = TaskHandle(coro, name, own_scope)
        running = handle._run_coro()
        try:
            task = _create_task(running, handle.name)
        except BaseException:
            for each in (running, coro):
                with suppress(BaseException):
                    each.close()
            raise
        add_state(task, id(host) if parent_id is None else parent_id, scope)
        self._tasks.add(task)
        if _SHOWS_WAITING and host is not None:
            asyncio.future_add_to_awaited_by(task, host)  # type: ignore[attr-defined]
        task.add_done_callback(partial(self._task_done, answer))
        return handle

    def _task_done(self, answer: asyncio.Future[Any] | None, task: Task) -> None:
        host = self._scope._host_task
        if _SHOWS_WAITING and host is not None:
            asyncio.future_discard_from_awaited_by(task, host)  # type: ignore[attr-defined]
        if (state := take_state(task)) is not None:
            state.cancel_scope = None
        self._tasks.remove(task)
        waiting = self._all_done
        if waiting is not None and not self._tasks and not waiting.done():
            waiting.set_result(None)
        error = _error_of(task)
        if answer is not None and not answer.done():  # it ended before it had started
            answer.set_exception(
                error or RuntimeError("Child exited without calling task_status.started()")
            )
        elif error is not None and not (answer is not None and answer.cancelled()):
            if not isinstance(error, CancelledError):
                self._exceptions.append(error)
            if not self._scope._effectively_cancelled:
                self._scope.cancel()


def _error_of(task: Task) -> BaseException | None:
    """What a task ended with; of cancellations on top of each other, the first."""
    try:
        return task.exception()
    except CancelledError as error:
        first = error
        while isinstance(first.__context__, CancelledError):
            first = first.__context__
        return first
