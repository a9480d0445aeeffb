"""Calls from threads into an event loop.

A worker thread of `to_thread.run_sync` calls `run` and `run_sync`; any other thread needs a token
of the loop, or a `BlockingPortal` that runs in it. Functions here block the calling thread until
the loop has answered. Context variables of the caller are seen by what it calls.
"""

from __future__ import annotations

__all__ = (
    "BlockingPortal",
    "BlockingPortalProvider",
    "check_cancelled",
    "run",
    "run_sync",
    "start_blocking_portal",
)

import sys
from concurrent.futures import Future
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from threading import Lock, Thread, current_thread, get_ident
from typing import Any, Generic, TypeVar, cast, overload

from ._core._eventloop import get_cancelled_exc_class, threadlocals
from ._core._eventloop import run as run_eventloop
from ._core._exceptions import NoEventLoopError, RunFinishedError
from ._core._synchronization import Event
from ._core._tasks import CancelScope, create_task_group
from .abc._tasks import TaskStatus, get_callable_name
from .lowlevel import EventLoopToken, current_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from typing_extensions import Self, TypeVarTuple, Unpack

    PosArgsT = TypeVarTuple("PosArgsT")

T_Retval = TypeVar("T_Retval")
T_co = TypeVar("T_co", covariant=True)


def _worker_token() -> EventLoopToken | None:
    """The loop to which the current thread belongs, if it is a worker thread."""
    return getattr(threadlocals, "current_token", None)


def _backend_and_token(token: EventLoopToken | None) -> tuple[Any, object]:
    """The backend class to call, and the loop; None stands for the worker thread's own."""
    if token is not None:
        return token.backend_class, token.native_token
    own = _worker_token()
    if own is None:
        raise NoEventLoopError(
            "Not running inside an AnyIO worker thread, and no event loop token was provided"
        )
    return own.backend_class, None


def run(
    func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
    *args: Unpack[PosArgsT],
    token: EventLoopToken | None = None,
) -> T_co:
    """Run the coroutine function in the event loop and return its result.

    `token` is needed outside of worker threads. RunFinishedError when its loop has ended.
    """
    backend, native = _backend_and_token(token)
    return cast("T_co", backend.run_async_from_thread(func, args, token=native))


def run_sync(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    *args: Unpack[PosArgsT],
    token: EventLoopToken | None = None,
) -> T_Retval:
    """Call `func(*args)` in the thread of the event loop and return its result."""
    backend, native = _backend_and_token(token)
    return cast("T_Retval", backend.run_sync_from_thread(func, args, token=native))


def check_cancelled() -> None:
    """In a worker thread: raise the cancellation exception if the waiting task is cancelled."""
    own = _worker_token()
    if own is None:
        raise NoEventLoopError("This function can only be called inside an AnyIO worker thread")
    own.backend_class.check_cancelled()


@dataclass(eq=False, repr=False)
class _BlockingAsyncContextManager(AbstractContextManager[T_co, "bool | None"], Generic[T_co]):
    """An async context manager for a thread: one task enters it, waits, and leaves it."""

    portal: BlockingPortal
    manager: AbstractAsyncContextManager[T_co, bool | None]
    _entered: Future[T_co] = field(init=False, default_factory=Future)
    _exc_info: tuple[Any, Any, Any] = field(init=False, default=(None, None, None))

    async def _live(self) -> bool | None:
        try:
            self._leave = Event()
            value = await self.manager.__aenter__()
        except BaseException as error:
            self._entered.set_exception(error)
            raise
        self._entered.set_result(value)
        try:
            await self._leave.wait()
        except BaseException:
            # Cancelled in between, perhaps by the context manager's own task group.
            if await self.manager.__aexit__(*sys.exc_info()):
                return True
            raise
        return await self.manager.__aexit__(*self._exc_info)

    def __enter__(self) -> T_co:
        self._left = self.portal.start_task_soon(self._live)
        return self._entered.result()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None:
        self._exc_info = exc_type, exc_value, traceback
        self.portal.call(self._leave.set)
        return self._left.result()


class _BlockingPortalTaskStatus(TaskStatus[Any]):
    def __init__(self, future: Future[Any]) -> None:
        self._future = future

    def started(self, value: object = None) -> None:
        self._future.set_result(value)


class _Call:
    """One call into the portal's loop: the function, where its result goes, and how it is
    cancelled. All but `future` is used in the loop's thread only."""

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        future: Future[Any],
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.future = future
        self.cancel_reason = ""
        self.scope: CancelScope | None = None

    def cancel(self, reason: str) -> None:
        """Cancel the task, now or as soon as it has begun."""
        self.cancel_reason = reason
        if self.scope is not None:
            self.scope.cancel(reason)

    async def run(self) -> None:
        """Call the function, await what it gave, and put the outcome into the future."""
        future = self.future
        try:
            result = self.func(*self.args, **self.kwargs)
            if isawaitable(result):
                with CancelScope() as self.scope:
                    if self.cancel_reason:
                        self.scope.cancel(self.cancel_reason)
                    result = await result
                if self.scope.cancelled_caught:
                    future.cancel()
                    result = None
        except get_cancelled_exc_class():
            future.cancel()
            future.set_running_or_notify_cancel()
            raise
        except BaseException as error:
            # From here on the future cannot be cancelled: one outcome is told, not two.
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            if future.set_running_or_notify_cancel():
                future.set_result(result)
        finally:
            self.scope = None


class BlockingPortal:
    """A door into an event loop, for threads that did not come from it.

    Made and entered (`async with`) in the loop; all other methods but `stop` and
    `sleep_until_stopped` are for other threads, any number of them at once. Leaving it waits for
    the tasks that were started, or cancels them if the block raises.
    """

    def __init__(self) -> None:
        self._token = current_token()
        self._thread_id = get_ident()
        self._running = True
        self._stop_event = Event()
        self._task_group = create_task_group()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._task_group)
        # The last to come is the first to go: no call comes in while the group waits for the rest.
        self._open.push_async_callback(self.stop)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        return bool(await self._open.__aexit__(exc_type, exc_val, exc_tb))

    def _check_running(self) -> None:
        if not self._running:
            raise RuntimeError("This portal is not running")
        if self._thread_id == get_ident():
            raise RuntimeError("This method cannot be called from the event loop thread")

    async def sleep_until_stopped(self) -> None:
        """Wait until `stop` is called."""
        await self._stop_event.wait()

    async def stop(self, cancel_remaining: bool = False) -> None:
        """Take no more calls; with `cancel_remaining` cancel the tasks that still run."""
        self._running = False
        self._stop_event.set()
        if cancel_remaining:
            self._task_group.cancel_scope.cancel("the blocking portal is shutting down")

    def _soon(self, func: Callable[..., object], *args: object) -> bool:
        """Have the loop call `func` soon; False when the loop has ended."""
        try:
            self._token.backend_class.run_sync_soon(func, args, self._token.native_token)
        except RunFinishedError:
            return False
        return True

    def _new_call(
        self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> _Call:
        call = _Call(func, args, kwargs, Future())

        def tell(future: Future[Any]) -> None:
            # Runs in the thread that cancels, which must not wait for a loop that is busy.
            if future.cancelled():
                self._soon(call.cancel, "the future was cancelled")

        call.future.add_done_callback(tell)
        return call

    def _spawn_task_from_thread(self, call: _Call, name: object) -> None:
        start = partial(self._task_group.start_soon, name=get_callable_name(call.func, name))
        self._token.backend_class.run_sync_from_thread(start, (call.run,), self._token.native_token)

    @overload
    def call(
        self, func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]], *args: Unpack[PosArgsT]
    ) -> T_Retval: ...

    @overload
    def call(
        self, func: Callable[[Unpack[PosArgsT]], T_Retval], *args: Unpack[PosArgsT]
    ) -> T_Retval: ...

    def call(self, func: Callable[[Unpack[PosArgsT]], Any], *args: Unpack[PosArgsT]) -> Any:
        """Call `func(*args)` in the event loop, await what it gives, and return the result.

        RuntimeError when the portal has stopped, or in the thread of its loop.
        """
        return self.start_task_soon(func, *args).result()

    @overload
    async def call_async(
        self,
        func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
        *args: Unpack[PosArgsT],
        abandon_on_cancel: bool = False,
    ) -> T_Retval: ...

    @overload
    async def call_async(
        self,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        *args: Unpack[PosArgsT],
        abandon_on_cancel: bool = False,
    ) -> T_Retval: ...

    async def call_async(
        self,
        func: Callable[[Unpack[PosArgsT]], Any],
        *args: Unpack[PosArgsT],
        abandon_on_cancel: bool = False,
    ) -> Any:
        """Like `call`, from a task of another event loop, whose thread is not blocked.

        When the task is cancelled, so is the call. Then this waits for its end, and raises what
        the cleanup raised; with `abandon_on_cancel` it leaves at once.
        """
        self._check_running()
        home = current_token()
        finished = Event()
        call = _Call(func, args, {}, Future())

        def tell(_: Future[Any]) -> None:
            try:
                home.backend_class.run_sync_soon(finished.set, (), home.native_token)
            except RunFinishedError:
                pass

        def spawn() -> None:
            try:
                self._task_group.start_soon(call.run, name=get_callable_name(func))
            except BaseException as error:
                call.future.set_exception(error)

        call.future.add_done_callback(tell)
        self._token.backend_class.run_sync_soon(spawn, (), self._token.native_token)
        try:
            await finished.wait()
        except get_cancelled_exc_class():
            asked = self._soon(call.cancel, "the calling task was cancelled")
            if asked and not abandon_on_cancel:
                with CancelScope(shield=True):
                    await finished.wait()
                if not call.future.cancelled():
                    error = call.future.exception()
                    if error is not None:
                        try:
                            raise error from None
                        finally:
                            del error
            raise
        return call.future.result()

    @overload
    def start_task_soon(
        self,
        func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
        *args: Unpack[PosArgsT],
        name: object = None,
    ) -> Future[T_Retval]: ...

    @overload
    def start_task_soon(
        self,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        *args: Unpack[PosArgsT],
        name: object = None,
    ) -> Future[T_Retval]: ...

    def start_task_soon(
        self,
        func: Callable[[Unpack[PosArgsT]], Any],
        *args: Unpack[PosArgsT],
        name: object = None,
    ) -> Future[Any]:
        """Start a task that runs `func(*args)`, and return a future of its result.

        Cancelling the future cancels the task.
        """
        self._check_running()
        call = self._new_call(func, args, {})
        self._spawn_task_from_thread(call, name)
        return call.future

    def start_task(
        self, func: Callable[..., Awaitable[T_Retval]], *args: object, name: object = None
    ) -> tuple[Future[T_Retval], Any]:
        """Start a task and wait until it calls `task_status.started()`, as `TaskGroup.start` does.

        Returns the future of the result, and the value that the task gave to `started`.
        """
        self._check_running()
        started: Future[Any] = Future()
        call = self._new_call(func, args, {"task_status": _BlockingPortalTaskStatus(started)})

        def tell(future: Future[Any]) -> None:
            if started.done():
                return
            if future.cancelled():
                started.cancel()
            elif (error := future.exception()) is not None:
                started.set_exception(error)
            else:
                started.set_exception(
                    RuntimeError("Task exited without calling task_status.started()")
                )

        call.future.add_done_callback(tell)
        self._spawn_task_from_thread(call, name)
        return call.future, started.result()

    def wrap_async_context_manager(
        self, cm: AbstractAsyncContextManager[T_co, bool | None]
    ) -> AbstractContextManager[T_co, bool | None]:
        """An async context manager as a plain one, for use in a thread.

        It is entered and left in one task of the event loop.
        """
        return _BlockingAsyncContextManager(portal=self, manager=cm)


@dataclass
class BlockingPortalProvider:
    """A portal that several threads share: the first one to enter starts it, the last ends it.

    `backend` and `backend_options` are those of `anyio.run`.
    """

    backend: str = "asyncio"
    backend_options: dict[str, Any] | None = None
    _lock: Lock = field(init=False, default_factory=Lock)
    _leases: int = field(init=False, default=0)
    _portal: BlockingPortal = field(init=False)
    _portal_cm: AbstractContextManager[BlockingPortal] | None = field(init=False, default=None)

    def __enter__(self) -> BlockingPortal:
        with self._lock:
            if self._portal_cm is None:
                opened = start_blocking_portal(self.backend, self.backend_options)
                self._portal = opened.__enter__()
                self._portal_cm = opened
            self._leases += 1
            return self._portal

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        with self._lock:
            self._leases -= 1
            if self._leases:
                return
            to_close = self._portal_cm
            self._portal_cm = None
            del self._portal
        # Outside of the lock: this waits for the tasks of the portal.
        assert to_close is not None
        to_close.__exit__(exc_type, exc_val, exc_tb)


@contextmanager
def start_blocking_portal(
    backend: str = "asyncio",
    backend_options: dict[str, Any] | None = None,
    *,
    name: str | None = None,
) -> Iterator[BlockingPortal]:
    """Run an event loop in a new thread, with a portal as its main task.

    The arguments are those of `anyio.run`; `name` is the thread's. Leaving the block stops the
    portal and waits for the thread; if the block raises, its tasks are cancelled.
    """
    opened: Future[BlockingPortal] = Future()

    async def serve() -> None:
        async with BlockingPortal() as portal:
            if name is None:
                current_thread().name = f"{backend}-portal-{id(portal):x}"
            opened.set_result(portal)
            await portal.sleep_until_stopped()

    def run_loop() -> None:
        try:
            run_eventloop(serve, backend=backend, backend_options=backend_options)
        except BaseException as error:
            if not opened.done():
                opened.set_exception(error)

    thread = Thread(target=run_loop, daemon=True, name=name)
    thread.start()
    try:
        portal = opened.result()
        failed = True
        try:
            yield portal
            failed = False
        finally:
            with suppress(RuntimeError):  # it has stopped already
                portal.call(portal.stop, failed)
    finally:
        thread.join()
