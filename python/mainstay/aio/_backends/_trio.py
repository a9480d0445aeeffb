"""The trio backend: what trio has already, under the names and with the errors of this package.

Scopes, groups, locks and the class with the backend's methods; sockets and processes are in
`_trio_sockets`, the pytest plugin's runner in `_trio_runner`.
"""

from __future__ import annotations

import math
import os
import socket
import weakref
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import copy_context
from functools import wraps
from os import PathLike
from signal import Signals
from typing import Any, TypeVar, cast, overload

import trio
import trio.from_thread
import trio.testing
import trio.to_thread

from .. import abc
from .._core._eventloop import claim_worker_thread
from .._core._exceptions import (
    BaseExceptionGroup,
    BusyResourceError,
    ClosedResourceError,
    RunFinishedError,
    WouldBlock,
    iterate_exceptions,
)
from .._core._synchronization import CapacityLimiter as BaseCapacityLimiter
from .._core._synchronization import (
    CapacityLimiterStatistics,
    EventStatistics,
    LockStatistics,
    SemaphoreStatistics,
)
from .._core._synchronization import Event as BaseEvent
from .._core._synchronization import Lock as BaseLock
from .._core._synchronization import Semaphore as BaseSemaphore
from .._core._tasks import CancelScope as BaseCancelScope
from .._core._tasks import TaskHandle
from .._core._testing import TaskInfo
from ..abc._eventloop import AsyncBackend
from ..abc._tasks import call_for_coroutine, get_callable_name, get_coro_name
from ._trio_runner import TestRunner
from ._trio_sockets import (
    ConnectedUDPSocket,
    ConnectedUNIXDatagramSocket,
    Process,
    ReceiveStreamWrapper,
    SendStreamWrapper,
    SocketStream,
    TCPSocketListener,
    UDPSocket,
    UNIXDatagramSocket,
    UNIXSocketListener,
    UNIXSocketStream,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from contextlib import AbstractContextManager
    from contextvars import Context
    from socket import AddressFamily, SocketKind
    from types import TracebackType
    from typing import IO, Literal

    from _typeshed import FileDescriptorLike
    from typing_extensions import Self, TypeVarTuple, Unpack

    from ..abc import IPSockAddrType
    from ..abc._eventloop import StrOrBytesPath

    PosArgsT = TypeVarTuple("PosArgsT")

T_Retval = TypeVar("T_Retval")
T_co = TypeVar("T_co", covariant=True)


class CancelScope(BaseCancelScope):
    """trio's scope, with our names."""

    __slots__ = ("_scope",)

    def __new__(cls, original: trio.CancelScope | None = None, **options: float) -> Self:
        return object.__new__(cls)

    def __init__(self, original: trio.CancelScope | None = None, **options: Any) -> None:
        self._scope = original or trio.CancelScope(**options)

    def __enter__(self) -> Self:
        self._scope.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        return self._scope.__exit__(exc_type, exc_val, exc_tb)

    def cancel(self, reason: str | None = None) -> None:
        self._scope.cancel(reason)

    @property
    def deadline(self) -> float:
        return self._scope.deadline

    @deadline.setter
    def deadline(self, value: float) -> None:
        self._scope.deadline = value

    @property
    def cancel_called(self) -> bool:
        return self._scope.cancel_called

    @property
    def cancelled_caught(self) -> bool:
        return self._scope.cancelled_caught

    @property
    def shield(self) -> bool:
        return self._scope.shield

    @shield.setter
    def shield(self, value: bool) -> None:
        self._scope.shield = value


#
# Task groups
#

_NOT_STARTED: Any = object()


class _TaskStatus(abc.TaskStatus[Any]):
    """What a task that is started gets. It may be used before trio's own status exists, by a
    function that returns a coroutine after it has said that it is started."""

    def __init__(self) -> None:
        self._early = _NOT_STARTED
        self._status: trio.TaskStatus[Any] | None = None

    def started(self, value: object = None) -> None:
        if self._status is not None:
            self._status.started(value)
        elif self._early is not _NOT_STARTED:
            raise RuntimeError("called 'started' twice on the same task status")
        else:
            self._early = value

    def connect(self, status: trio.TaskStatus[Any]) -> None:
        self._status = status
        if self._early is not _NOT_STARTED:
            status.started(self._early)


def _cancelled_only(group: BaseException) -> BaseException | None:
    """One of the cancellations in the group, if there is nothing else in it."""
    leaves = list(iterate_exceptions(group))
    return leaves[0] if all(isinstance(leaf, trio.Cancelled) for leaf in leaves) else None


class TaskGroup(abc.TaskGroup):
    """A nursery of trio."""

    def __init__(self) -> None:
        self._manager = trio.open_nursery(strict_exception_groups=True)
        self._entered = False
        self._active = False

    async def __aenter__(self) -> Self:
        if self._entered:
            raise RuntimeError("TaskGroup cannot be entered more than once")
        self._entered = True
        self._nursery = await self._manager.__aenter__()
        self._active = True
        self.cancel_scope = CancelScope(self._nursery.cancel_scope)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        __tracebackhide__ = True
        cancelled: BaseException | None = None
        try:
            try:
                return bool(await self._manager.__aexit__(exc_type, exc_val, exc_tb))
            except BaseExceptionGroup as group:
                cancelled = _cancelled_only(group)
                if cancelled is None:
                    raise
            # Cancelled by a scope outside: that is no error of the group. Raised here, where the
            # group does not become its context.
            raise cancelled
        finally:
            self._active = False
            # The traceback of an exception holds this frame: end the cycles.
            del exc_val, exc_tb, cancelled, self._manager

    def _check_active(self) -> None:
        if not self._active:
            raise RuntimeError("This task group is not active; no new tasks can be started.")

    def create_task(
        self,
        coro: Coroutine[Any, Any, T_co],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> TaskHandle[T_co]:
        if not isinstance(coro, Coroutine):
            raise TypeError(f"expected a coroutine, got {type(coro).__qualname__}")
        if not self._active:
            coro.close()
            self._check_active()
        handle: TaskHandle[T_co] = TaskHandle(coro, get_coro_name(coro, name))

        def spawn() -> None:
            self._nursery.start_soon(handle._run_coro, name=handle.name)

        if context is None:
            spawn()
        else:
            context.run(spawn)
        return handle

    async def start(
        self,
        func: Callable[..., Coroutine[Any, Any, T_co]],
        *args: object,
        name: object = None,
        return_handle: Literal[False, True] = False,
    ) -> Any:
        self._check_active()
        status = _TaskStatus()
        coro = call_for_coroutine(func, args, task_status=status)
        handle: TaskHandle[T_co, Any] = TaskHandle(coro, get_callable_name(func, name))

        async def run(*, task_status: trio.TaskStatus[Any]) -> None:
            __tracebackhide__ = True
            status.connect(task_status)
            await handle._run_coro()

        value = await self._nursery.start(run, name=handle.name)
        if not return_handle:
            return value
        handle._start_value = value
        return handle


class TrioTaskInfo(TaskInfo):
    """A description of a trio task, which does not keep it alive."""

    def __init__(self, task: trio.lowlevel.Task) -> None:
        nursery = task.parent_nursery
        parent = nursery.parent_task if nursery is not None else None
        super().__init__(id(task), None if parent is None else id(parent), task.name, task.coro)
        self._task = weakref.ref(task)

    def has_pending_cancellation(self) -> bool:
        task = self._task()
        return task is not None and task._cancel_status.effectively_cancelled


#
# Synchronization
#


class Event(BaseEvent):
    """trio's event."""

    __slots__ = ("_event",)

    def __new__(cls) -> Self:
        return object.__new__(cls)

    def __init__(self) -> None:
        self._event = trio.Event()

    def is_set(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()

    def statistics(self) -> EventStatistics:
        return EventStatistics(tasks_waiting=self._event.statistics().tasks_waiting)


class Lock(BaseLock):
    """trio's lock, with the option of taking a free one without a turn."""

    __slots__ = "_fast_acquire", "_lock"

    def __new__(cls, *, fast_acquire: bool = False) -> Self:
        return object.__new__(cls)

    def __init__(self, *, fast_acquire: bool = False) -> None:
        self._fast_acquire = fast_acquire
        self._lock = trio.Lock()

    async def acquire(self) -> None:
        if self._fast_acquire:
            try:
                self.acquire_nowait()
                return
            except WouldBlock:
                pass
        self._refuse_owner()
        await self._lock.acquire()

    def acquire_nowait(self) -> None:
        self._refuse_owner()
        try:
            self._lock.acquire_nowait()
        except trio.WouldBlock:
            raise WouldBlock from None

    def _refuse_owner(self) -> None:
        if self._lock.statistics().owner is trio.lowlevel.current_task():
            raise RuntimeError("Attempted to acquire an already held Lock")

    def release(self) -> None:
        if self._lock.statistics().owner is not trio.lowlevel.current_task():
            raise RuntimeError("The current task is not holding this lock")
        self._lock.release()

    def locked(self) -> bool:
        return self._lock.locked()

    def statistics(self) -> LockStatistics:
        found = self._lock.statistics()
        owner = None if found.owner is None else TrioTaskInfo(found.owner)
        return LockStatistics(found.locked, owner, found.tasks_waiting)


class Semaphore(BaseSemaphore):
    """trio's semaphore, with the option of taking a free permit without a turn."""

    __slots__ = "_fast_acquire", "_semaphore"

    def __new__(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Self:
        return object.__new__(cls)

    def __init__(
        self, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> None:
        super().__init__(initial_value, max_value=max_value)
        self._fast_acquire = fast_acquire
        self._semaphore = trio.Semaphore(initial_value, max_value=max_value)

    async def acquire(self) -> None:
        if self._fast_acquire:
            try:
                self._semaphore.acquire_nowait()
                return
            except trio.WouldBlock:
                pass
        await self._semaphore.acquire()

    def acquire_nowait(self) -> None:
        try:
            self._semaphore.acquire_nowait()
        except trio.WouldBlock:
            raise WouldBlock from None

    @property
    def max_value(self) -> int | None:
        return self._semaphore.max_value

    @property
    def value(self) -> int:
        return self._semaphore.value

    def release(self) -> None:
        self._semaphore.release()

    def statistics(self) -> SemaphoreStatistics:
        return SemaphoreStatistics(self._semaphore.statistics().tasks_waiting)


class CapacityLimiter(BaseCapacityLimiter):
    """trio's limiter. trio itself takes one of these where it wants a limiter."""

    __slots__ = ("_limiter",)

    def __new__(
        cls, total_tokens: float | None = None, *, original: trio.CapacityLimiter | None = None
    ) -> Self:
        return object.__new__(cls)

    def __init__(
        self, total_tokens: float | None = None, *, original: trio.CapacityLimiter | None = None
    ) -> None:
        if original is None:
            assert total_tokens is not None
            original = trio.CapacityLimiter(total_tokens)
        self._limiter = original

    @property
    def total_tokens(self) -> float:
        return self._limiter.total_tokens

    @total_tokens.setter
    def total_tokens(self, value: float) -> None:
        self._limiter.total_tokens = value

    @property
    def borrowed_tokens(self) -> int:
        return self._limiter.borrowed_tokens

    @property
    def available_tokens(self) -> float:
        return self._limiter.available_tokens

    def acquire_nowait(self) -> None:
        self.acquire_on_behalf_of_nowait(trio.lowlevel.current_task())

    def acquire_on_behalf_of_nowait(self, borrower: object) -> None:
        try:
            self._limiter.acquire_on_behalf_of_nowait(borrower)
        except trio.WouldBlock:
            raise WouldBlock from None

    async def acquire(self) -> None:
        await self._limiter.acquire()

    async def acquire_on_behalf_of(self, borrower: object) -> None:
        await self._limiter.acquire_on_behalf_of(borrower)

    def release(self) -> None:
        self._limiter.release()

    def release_on_behalf_of(self, borrower: object) -> None:
        self._limiter.release_on_behalf_of(borrower)

    def statistics(self) -> CapacityLimiterStatistics:
        found = self._limiter.statistics()
        return CapacityLimiterStatistics(
            borrowed_tokens=found.borrowed_tokens,
            total_tokens=found.total_tokens,
            borrowers=tuple(found.borrowers),
            tasks_waiting=found.tasks_waiting,
        )


_default_limiter: trio.lowlevel.RunVar[CapacityLimiter] = trio.lowlevel.RunVar("_default_limiter")


class _SignalReceiver:
    """trio's receiver; the numbers become members of `Signals`."""

    def __init__(self, signals: tuple[Signals, ...]) -> None:
        self._manager = trio.open_signal_receiver(*signals)

    def __enter__(self) -> Self:
        self._numbers = self._manager.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None:
        return self._manager.__exit__(exc_type, exc_val, exc_tb)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Signals:
        return Signals(await self._numbers.__anext__())


async def _shutdown_process_pool(workers: set[abc.Process]) -> None:
    """A system task that trio cancels at the end of the run: then the workers end, too."""
    with suppress(trio.Cancelled):
        await trio.sleep_forever()
    for running in [process for process in workers if process.returncode is None]:
        running.kill()
    with trio.CancelScope(shield=True):
        for process in workers:
            await process.aclose()


def _returns_coroutine(
    func: Callable[..., Awaitable[T_Retval]],
) -> Callable[..., Coroutine[Any, Any, T_Retval]]:
    """`func` as trio wants it, which takes no other awaitables than coroutines."""

    @wraps(func)
    async def call(*args: Any, **kwargs: Any) -> T_Retval:
        return await func(*args, **kwargs)

    return call


def _of_trio(function: Any) -> Any:
    """A function of trio as a method that takes no class."""
    return staticmethod(function)


class TrioBackend(AsyncBackend):
    """The interface of `mainstay.aio`, in trio."""

    @classmethod
    def run(
        cls,
        func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
        args: tuple[Unpack[PosArgsT]],
        kwargs: dict[str, Any],
        options: dict[str, Any],
    ) -> T_Retval:
        @wraps(func)
        async def main() -> T_Retval:
            return await func(*args, **kwargs)

        return trio.run(main, **options)

    current_token = _of_trio(trio.lowlevel.current_trio_token)

    #
    # Time, checkpoints and cancellation
    #

    current_time = _of_trio(trio.current_time)
    current_effective_deadline = _of_trio(trio.current_effective_deadline)
    checkpoint = _of_trio(trio.lowlevel.checkpoint)
    checkpoint_if_cancelled = _of_trio(trio.lowlevel.checkpoint_if_cancelled)
    cancel_shielded_checkpoint = _of_trio(trio.lowlevel.cancel_shielded_checkpoint)

    @classmethod
    async def sleep(cls, delay: float) -> None:
        await trio.sleep(delay)

    @classmethod
    def create_cancel_scope(
        cls, *, deadline: float = math.inf, shield: bool = False
    ) -> BaseCancelScope:
        return CancelScope(deadline=deadline, shield=shield)

    @classmethod
    def cancelled_exception_class(cls) -> type[BaseException]:
        return trio.Cancelled

    #
    # What tasks wait for
    #

    @classmethod
    def create_event(cls) -> BaseEvent:
        return Event()

    @classmethod
    def create_lock(cls, *, fast_acquire: bool) -> Lock:
        return Lock(fast_acquire=fast_acquire)

    @classmethod
    def create_semaphore(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> BaseSemaphore:
        return Semaphore(initial_value, max_value=max_value, fast_acquire=fast_acquire)

    #
    # Threads, and the limiters of their number
    #

    @classmethod
    def create_capacity_limiter(cls, total_tokens: float) -> CapacityLimiter:
        return CapacityLimiter(total_tokens)

    @classmethod
    async def run_sync_in_worker_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        args: tuple[Unpack[PosArgsT]],
        abandon_on_cancel: bool = False,
        limiter: BaseCapacityLimiter | None = None,
    ) -> T_Retval:
        token = cls.current_token()

        def work() -> T_Retval:
            with claim_worker_thread(TrioBackend, token):
                return func(*args)

        return await trio.to_thread.run_sync(
            work,
            abandon_on_cancel=abandon_on_cancel,
            limiter=cast("trio.CapacityLimiter | None", limiter),
        )

    @classmethod
    def check_cancelled(cls) -> None:
        trio.from_thread.check_cancelled()

    @classmethod
    def run_async_from_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> T_co:
        loop = cast("trio.lowlevel.TrioToken | None", token)
        try:
            call: Any = _returns_coroutine(func)
            return cast("T_co", trio.from_thread.run(call, *args, trio_token=loop))
        except trio.RunFinishedError:
            raise RunFinishedError from None

    @classmethod
    def run_sync_from_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> T_Retval:
        loop = cast("trio.lowlevel.TrioToken | None", token)
        try:
            return trio.from_thread.run_sync(func, *args, trio_token=loop)
        except trio.RunFinishedError:
            raise RunFinishedError from None

    @classmethod
    def run_sync_soon(
        cls,
        func: Callable[[Unpack[PosArgsT]], object],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> None:
        loop = cast("trio.lowlevel.TrioToken", token)
        run_in_context: Any = copy_context().run
        try:
            loop.run_sync_soon(run_in_context, func, *args)
        except trio.RunFinishedError:
            raise RunFinishedError from None

    @classmethod
    def current_default_thread_limiter(cls) -> CapacityLimiter:
        try:
            return _default_limiter.get()
        except LookupError:
            limiter = CapacityLimiter(original=trio.to_thread.current_default_thread_limiter())
            _default_limiter.set(limiter)
            return limiter

    #
    # Processes and signals
    #

    @classmethod
    async def open_process(
        cls,
        command: StrOrBytesPath | Sequence[StrOrBytesPath],
        *,
        stdin: int | IO[Any] | None,
        stdout: int | IO[Any] | None,
        stderr: int | IO[Any] | None,
        **kwargs: Any,
    ) -> Process:
        through_shell = isinstance(command, (str, bytes, PathLike))
        to_run: Any
        if isinstance(command, (str, bytes, PathLike)):
            to_run = os.fsdecode(command)
        else:
            to_run = [os.fsdecode(part) for part in command]
        process = await trio.lowlevel.open_process(
            to_run,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            shell=through_shell,
            **kwargs,
        )
        return Process(
            process,
            SendStreamWrapper(process.stdin) if process.stdin else None,
            ReceiveStreamWrapper(process.stdout) if process.stdout else None,
            ReceiveStreamWrapper(process.stderr) if process.stderr else None,
        )

    @classmethod
    def setup_process_pool_exit_at_shutdown(cls, workers: set[abc.Process]) -> None:
        trio.lowlevel.spawn_system_task(_shutdown_process_pool, workers)

    @classmethod
    def open_signal_receiver(
        cls, *signals: Signals
    ) -> AbstractContextManager[AsyncIterator[Signals]]:
        return cast("AbstractContextManager[AsyncIterator[Signals]]", _SignalReceiver(signals))

    #
    # Sockets
    #

    @classmethod
    async def connect_tcp(
        cls, host: str, port: int, local_address: IPSockAddrType | None = None
    ) -> SocketStream:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = trio.socket.socket(family)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if local_address:
                await sock.bind(local_address)
            await sock.connect((host, port))
        except BaseException:
            sock.close()
            raise
        return SocketStream(sock)

    @classmethod
    async def connect_unix(
        cls,
        path: str | bytes,
        kind: Literal[SocketKind.SOCK_STREAM, SocketKind.SOCK_SEQPACKET],
    ) -> abc.UNIXSocketStream:
        sock = trio.socket.socket(socket.AF_UNIX, kind)
        try:
            await sock.connect(path)
        except BaseException:
            sock.close()
            raise
        return UNIXSocketStream(sock)

    @classmethod
    def create_tcp_listener(cls, sock: socket.socket) -> abc.SocketListener:
        return TCPSocketListener(trio.socket.from_stdlib_socket(sock))

    @classmethod
    def create_unix_listener(cls, sock: socket.socket) -> abc.SocketListener:
        return UNIXSocketListener(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def create_udp_socket(
        cls,
        family: AddressFamily,
        local_address: IPSockAddrType | None,
        remote_address: IPSockAddrType | None,
        reuse_port: bool,
    ) -> UDPSocket | ConnectedUDPSocket:
        sock = trio.socket.socket(family=family, type=socket.SOCK_DGRAM)
        try:
            if reuse_port:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if local_address:
                await sock.bind(local_address)
            if remote_address:
                await sock.connect(remote_address)
        except BaseException:
            sock.close()
            raise
        return ConnectedUDPSocket(sock) if remote_address else UDPSocket(sock)

    @classmethod
    @overload
    async def create_unix_datagram_socket(
        cls, raw_socket: socket.socket, remote_path: None
    ) -> abc.UNIXDatagramSocket: ...

    @classmethod
    @overload
    async def create_unix_datagram_socket(
        cls, raw_socket: socket.socket, remote_path: str | bytes
    ) -> abc.ConnectedUNIXDatagramSocket: ...

    @classmethod
    async def create_unix_datagram_socket(
        cls, raw_socket: socket.socket, remote_path: str | bytes | None
    ) -> abc.UNIXDatagramSocket | abc.ConnectedUNIXDatagramSocket:
        sock = trio.socket.from_stdlib_socket(raw_socket)
        if not remote_path:
            return UNIXDatagramSocket(sock)
        try:
            await sock.connect(remote_path)
        except BaseException:
            sock.close()
            raise
        return ConnectedUNIXDatagramSocket(sock)

    @classmethod
    async def getaddrinfo(
        cls,
        host: bytes | str | None,
        port: str | int | None,
        *,
        family: int | AddressFamily = 0,
        type: int | SocketKind = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Sequence[
        tuple[
            AddressFamily,
            SocketKind,
            int,
            str,
            tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
        ]
    ]:
        return await trio.socket.getaddrinfo(host, port, family, type, proto, flags)

    @classmethod
    async def getnameinfo(cls, sockaddr: IPSockAddrType, flags: int = 0) -> tuple[str, str]:
        return await trio.socket.getnameinfo(sockaddr, flags)

    @classmethod
    async def wait_readable(cls, obj: FileDescriptorLike) -> None:
        try:
            await trio.lowlevel.wait_readable(obj)
        except trio.ClosedResourceError as error:
            raise ClosedResourceError().with_traceback(error.__traceback__) from None
        except trio.BusyResourceError:
            raise BusyResourceError("reading from") from None

    @classmethod
    async def wait_writable(cls, obj: FileDescriptorLike) -> None:
        try:
            await trio.lowlevel.wait_writable(obj)
        except trio.ClosedResourceError as error:
            raise ClosedResourceError().with_traceback(error.__traceback__) from None
        except trio.BusyResourceError:
            raise BusyResourceError("writing to") from None

    @classmethod
    def notify_closing(cls, obj: FileDescriptorLike) -> None:
        trio.lowlevel.notify_closing(obj)

    @classmethod
    async def wrap_listener_socket(cls, sock: socket.socket) -> abc.SocketListener:
        if sock.family == getattr(socket, "AF_UNIX", None):
            return cls.create_unix_listener(sock)
        return cls.create_tcp_listener(sock)

    @classmethod
    async def wrap_stream_socket(cls, sock: socket.socket) -> SocketStream:
        return SocketStream(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def wrap_unix_stream_socket(cls, sock: socket.socket) -> UNIXSocketStream:
        return UNIXSocketStream(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def wrap_udp_socket(cls, sock: socket.socket) -> UDPSocket:
        return UDPSocket(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def wrap_connected_udp_socket(cls, sock: socket.socket) -> ConnectedUDPSocket:
        return ConnectedUDPSocket(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def wrap_unix_datagram_socket(cls, sock: socket.socket) -> UNIXDatagramSocket:
        return UNIXDatagramSocket(trio.socket.from_stdlib_socket(sock))

    @classmethod
    async def wrap_connected_unix_datagram_socket(
        cls, sock: socket.socket
    ) -> ConnectedUNIXDatagramSocket:
        return ConnectedUNIXDatagramSocket(trio.socket.from_stdlib_socket(sock))

    #
    # Tasks and tests
    #

    @classmethod
    def create_task_group(cls) -> abc.TaskGroup:
        return TaskGroup()

    @classmethod
    def get_current_task(cls) -> TaskInfo:
        return TrioTaskInfo(trio.lowlevel.current_task())

    @classmethod
    def get_running_tasks(cls) -> Sequence[TaskInfo]:
        root = trio.lowlevel.current_root_task()
        assert root is not None
        found = [root]
        for task in found:  # grows while it is walked
            for nursery in task.child_nurseries:
                found.extend(nursery.child_tasks)
        return [TrioTaskInfo(task) for task in found]

    @classmethod
    async def wait_all_tasks_blocked(cls) -> None:
        await trio.testing.wait_all_tasks_blocked()

    @classmethod
    def create_test_runner(cls, options: dict[str, Any]) -> abc.TestRunner:
        return TestRunner(**options)


backend_class = TrioBackend
