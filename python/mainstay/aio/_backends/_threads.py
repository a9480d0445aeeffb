"""Worker threads of an asyncio loop, and calls from threads into a loop.

Each loop has its own threads. One that has just been used is used next; one that was idle for
`MAX_IDLE_TIME` ends. All end with the loop's root task.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
from asyncio import CancelledError, current_task, get_running_loop
from collections import deque
from contextvars import Context, copy_context
from functools import partial
from queue import Queue
from threading import Thread
from typing import TypeVar

from .._core._eventloop import (
    claim_worker_thread,
    get_async_backend,
    set_current_async_library,
    threadlocals,
)
from .._core._exceptions import RunFinishedError
from .._native import add_state, take_state
from ..lowlevel import RunVar
from ._primitives import CapacityLimiter
from ._root import find_root_task
from ._scopes import _PREFIX, CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from typing_extensions import TypeVarTuple, Unpack

    from .._core._synchronization import CapacityLimiter as BaseCapacityLimiter

    PosArgsT = TypeVarTuple("PosArgsT")
    Task = asyncio.Task[Any]
    Work = tuple[Context, Callable[..., Any], tuple[Any, ...], asyncio.Future[Any], CancelScope]

T_Retval = TypeVar("T_Retval")

_idle_threads: RunVar[deque[WorkerThread]] = RunVar("_threadpool_idle_workers")
_default_thread_limiter: RunVar[CapacityLimiter] = RunVar("_default_thread_limiter")


class WorkerThread(Thread):
    """A thread that runs functions for one loop, one after another."""

    MAX_IDLE_TIME = 10  # seconds

    def __init__(self, root_task: Task, idle: deque[WorkerThread]) -> None:
        given: dict[str, Any] = {"context": Context()} if sys.version_info >= (3, 14) else {}
        super().__init__(name="AnyIO worker thread", **given)
        self.root_task = root_task
        self.loop = root_task.get_loop()
        self.idle = idle
        self.idle_since = 0.0
        self.stopping = False
        self.queue: Queue[Work | None] = Queue()
        root_task.add_done_callback(self.stop, context=Context())

    def run(self) -> None:
        with claim_worker_thread(get_async_backend("asyncio"), self.loop):
            while self._do_next():
                pass

    def _do_next(self) -> bool:
        """Run one function. Its frame holds all references, so that none stay while it is idle."""
        work = self.queue.get()
        if work is None:
            return False
        context, func, args, future, scope = work
        result = error = None
        if not future.cancelled():
            threadlocals.current_cancel_scope = scope
            try:
                result = context.run(func, *args)
            except BaseException as raised:
                error = raised
            finally:
                del threadlocals.current_cancel_scope
        # Also of work that was cancelled before it began: the thread is idle again.
        try:
            self.loop.call_soon_threadsafe(self._report, future, result, error)
        except RuntimeError:
            if not self.loop.is_closed():
                raise
        finally:
            self.queue.task_done()
            del work, context, func, args, future, scope, result, error
        return True

    def _report(
        self, future: asyncio.Future[Any], result: object, error: BaseException | None
    ) -> None:
        """In the loop: give the result to the task, and be idle."""
        self.idle_since = self.loop.time()
        if not self.stopping:
            self.idle.append(self)
        if future.done():
            return
        if isinstance(error, StopIteration):  # which no future takes
            instead = RuntimeError("coroutine raised StopIteration")
            instead.__cause__ = error
            error = instead
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def stop(self, _task: object = None) -> None:
        """In the loop: end the thread after what it runs."""
        self.stopping = True
        self.queue.put_nowait(None)
        if self in self.idle:
            self.idle.remove(self)


def _take_thread() -> WorkerThread:
    """The thread that was used last, or a new one; those that were idle too long end."""
    try:
        idle = _idle_threads.get()
    except LookupError:
        idle = deque()
        _idle_threads.set(idle)
    if not idle:
        thread = WorkerThread(find_root_task(), idle)
        thread.start()
        return thread
    thread = idle.pop()
    too_old = get_running_loop().time() - WorkerThread.MAX_IDLE_TIME
    while idle and idle[0].idle_since <= too_old:
        expired = idle.popleft()
        expired.root_task.remove_done_callback(expired.stop)
        expired.stop()
    return thread


def current_default_thread_limiter() -> CapacityLimiter:
    """The limiter of this loop's threads: 40 tokens, unless the program sets another number."""
    limiter = _default_thread_limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(40)
        _default_thread_limiter.set(limiter)
    return limiter


async def run_sync_in_worker_thread(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    args: tuple[Unpack[PosArgsT]],
    abandon_on_cancel: bool = False,
    limiter: BaseCapacityLimiter | None = None,
) -> T_Retval:
    """Run `func(*args)` in a thread of this loop, in a copy of the current context."""
    await asyncio.sleep(0)
    async with limiter or current_default_thread_limiter():
        with CancelScope(shield=not abandon_on_cancel) as scope:
            future: asyncio.Future[T_Retval] = get_running_loop().create_future()
            context = copy_context()
            context.run(set_current_async_library, None)
            # What check_cancelled() in the thread looks at; the shield is for the wait only.
            outer = scope if abandon_on_cancel else scope._parent_scope or scope
            _take_thread().queue.put_nowait((context, func, args, future, outer))
            return await future
    raise AssertionError("a shielded wait is left with a result or an error")


def check_cancelled() -> None:
    """In a worker thread: raise if the task that waits for the thread is cancelled."""
    scope: CancelScope | None = threadlocals.current_cancel_scope
    while scope is not None:
        if scope.cancel_called:
            raise CancelledError(f"{_PREFIX}{id(scope):x}")
        scope = None if scope.shield else scope._parent_scope


def _loop_of(token: object) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = token or threadlocals.current_token.native_token  # type: ignore[assignment]
    if loop.is_closed():
        raise RunFinishedError
    return loop


def run_async_from_thread(
    func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_Retval]],
    args: tuple[Unpack[PosArgsT]],
    token: object,
) -> T_Retval:
    """Run a coroutine function in the loop, in the scope of the task that waits for this thread."""
    loop = _loop_of(token)
    scope: CancelScope | None = getattr(threadlocals, "current_cancel_scope", None)

    async def in_the_loop() -> T_Retval:
        __tracebackhide__ = True
        task = current_task()
        assert task is not None
        if scope is not None:
            add_state(task, None, scope)
        try:
            return await func(*args)
        except CancelledError as error:
            raise concurrent.futures.CancelledError(str(error)) from None
        finally:
            if scope is not None and (state := take_state(task)) is not None:
                state.cancel_scope = None

    context = copy_context()
    context.run(set_current_async_library, "asyncio")
    running: concurrent.futures.Future[T_Retval] = context.run(
        asyncio.run_coroutine_threadsafe, in_the_loop(), loop=loop
    )
    return running.result()


def run_sync_from_thread(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    args: tuple[Unpack[PosArgsT]],
    token: object,
) -> T_Retval:
    """Run a function in the loop and wait for its result."""
    answer: concurrent.futures.Future[T_Retval] = concurrent.futures.Future()

    def in_the_loop() -> None:
        set_current_async_library("asyncio")
        try:
            answer.set_result(func(*args))
        except BaseException as error:
            answer.set_exception(error)
            if not isinstance(error, Exception):
                raise

    _loop_of(token).call_soon_threadsafe(in_the_loop)
    return answer.result()


def run_sync_soon(
    func: Callable[[Unpack[PosArgsT]], object],
    args: tuple[Unpack[PosArgsT]],
    token: object,
) -> None:
    """Run a function in the loop, without waiting for it."""
    loop: asyncio.AbstractEventLoop = token  # type: ignore[assignment]
    context = copy_context()
    context.run(set_current_async_library, "asyncio")
    try:
        loop.call_soon_threadsafe(partial(context.run, func, *args))
    except RuntimeError:
        if loop.is_closed():
            raise RunFinishedError from None
        raise
