"""The asyncio backend: what `mainstay.aio` does on asyncio's loops, under the names of its parts.

Each part has a module of its own beside this one.
"""

from __future__ import annotations

import asyncio
import math
import socket
from asyncio import CancelledError, all_tasks, current_task, get_running_loop
from collections import deque

from .. import _native
from .._core._eventloop import note_asyncio
from .._native import checkpoint
from ..abc import AsyncBackend
from . import (
    _datagrams,
    _processes,
    _readiness,
    _runner,
    _task_info,
    _threads,
    _transports,
)
from ._groups import TaskGroup
from ._primitives import CapacityLimiter, Event, Lock, Semaphore
from ._processes import Process
from ._runner import TestRunner
from ._scopes import CancelScope
from ._task_info import AsyncIOTaskInfo
from ._transports import TCPSocketListener
from ._unix_sockets import (
    ConnectedUNIXDatagramSocket,
    UNIXDatagramSocket,
    UNIXSocketListener,
    UNIXSocketStream,
    connect,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from contextlib import AbstractContextManager
    from signal import Signals
    from socket import AddressFamily, SocketKind
    from types import TracebackType
    from typing import IO, Any, Literal, TypeVar

    from _typeshed import FileDescriptorLike
    from typing_extensions import Self, TypeVarTuple, Unpack

    from .. import abc
    from .._core._testing import TaskInfo
    from ..abc import IPSockAddrType, SocketListener
    from ..abc._eventloop import StrOrBytesPath

    T_Retval = TypeVar("T_Retval")
    PosArgsT = TypeVarTuple("PosArgsT")


class _SignalReceiver:
    """Signals as an iterator, while its block is open."""

    def __init__(self, signals: tuple[Signals, ...]) -> None:
        self._signals = frozenset(signals)
        self._loop = get_running_loop()
        self._arrived: deque[Signals] = deque()
        self._news = asyncio.Event()
        self._handled: list[Signals] = []

    def _deliver(self, signum: Signals) -> None:
        self._arrived.append(signum)
        self._news.set()

    def __enter__(self) -> Self:
        for signum in self._signals:
            self._loop.add_signal_handler(signum, self._deliver, signum)
            self._handled.append(signum)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        for signum in self._handled:
            self._loop.remove_signal_handler(signum)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Signals:
        await checkpoint()
        while not self._arrived:
            self._news.clear()
            await self._news.wait()
        return self._arrived.popleft()


def _function(function: Any) -> Any:
    """A function of another module as a method that takes no class."""
    return staticmethod(function)


class AsyncIOBackend(AsyncBackend):
    """Everything that depends on asyncio."""

    # Running

    @classmethod
    def run(
        cls,
        func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
        args: tuple[Unpack[PosArgsT]],
        kwargs: dict[str, Any],
        options: dict[str, Any],
    ) -> T_Retval:
        return _runner.run(func, args, options)

    @classmethod
    def create_test_runner(cls, options: dict[str, Any]) -> TestRunner:
        return TestRunner(**options)

    @classmethod
    def current_token(cls) -> object:
        return get_running_loop()

    @classmethod
    def current_time(cls) -> float:
        return get_running_loop().time()

    @classmethod
    def cancelled_exception_class(cls) -> type[BaseException]:
        return CancelledError

    @classmethod
    async def sleep(cls, delay: float) -> None:
        await asyncio.sleep(delay)

    checkpoint = _function(_native.checkpoint)
    checkpoint_if_cancelled = _function(_native.checkpoint_if_cancelled)
    cancel_shielded_checkpoint = _function(_native.cancel_shielded_checkpoint)

    # Scopes, groups and primitives. Their classes are looked up here, where a test replaces them.

    @classmethod
    def create_cancel_scope(
        cls, *, deadline: float = math.inf, shield: bool = False
    ) -> CancelScope:
        return CancelScope(deadline=deadline, shield=shield)

    current_effective_deadline = _function(_native.effective_deadline)

    @classmethod
    def create_task_group(cls) -> abc.TaskGroup:
        return TaskGroup(CancelScope())

    @classmethod
    def create_event(cls) -> Event:
        return Event()

    @classmethod
    def create_lock(cls, *, fast_acquire: bool) -> Lock:
        return Lock(fast_acquire=fast_acquire)

    @classmethod
    def create_semaphore(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Semaphore:
        return Semaphore(initial_value, max_value=max_value, fast_acquire=fast_acquire)

    @classmethod
    def create_capacity_limiter(cls, total_tokens: float) -> CapacityLimiter:
        return CapacityLimiter(total_tokens)

    # Threads

    run_sync_in_worker_thread = _function(_threads.run_sync_in_worker_thread)
    check_cancelled = _function(_threads.check_cancelled)
    run_async_from_thread = _function(_threads.run_async_from_thread)
    run_sync_from_thread = _function(_threads.run_sync_from_thread)
    run_sync_soon = _function(_threads.run_sync_soon)
    current_default_thread_limiter = _function(_threads.current_default_thread_limiter)

    # Processes and signals

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
        return await _processes.open_process(
            command, stdin=stdin, stdout=stdout, stderr=stderr, **kwargs
        )

    setup_process_pool_exit_at_shutdown = _function(_processes.setup_process_pool_exit_at_shutdown)

    @classmethod
    def open_signal_receiver(
        cls, *signals: Signals
    ) -> AbstractContextManager[AsyncIterator[Signals]]:
        return _SignalReceiver(signals)

    # Sockets

    @classmethod
    async def connect_tcp(
        cls, host: str, port: int, local_address: IPSockAddrType | None = None
    ) -> abc.SocketStream:
        return await _transports.connect_tcp(host, port, local_address)

    @classmethod
    async def connect_unix(
        cls,
        path: str | bytes,
        kind: Literal[SocketKind.SOCK_STREAM, SocketKind.SOCK_SEQPACKET],
    ) -> abc.UNIXSocketStream:
        await checkpoint()
        raw_socket = socket.socket(socket.AF_UNIX, kind)
        raw_socket.setblocking(False)
        await connect(raw_socket, path)
        return UNIXSocketStream(raw_socket)

    @classmethod
    def create_tcp_listener(cls, sock: socket.socket) -> SocketListener:
        return TCPSocketListener(sock)

    @classmethod
    def create_unix_listener(cls, sock: socket.socket) -> SocketListener:
        return UNIXSocketListener(sock)

    create_udp_socket = _function(_datagrams.create_udp_socket)

    @classmethod
    async def create_unix_datagram_socket(
        cls, raw_socket: socket.socket, remote_path: str | bytes | None
    ) -> Any:
        await checkpoint()
        if not remote_path:
            return UNIXDatagramSocket(raw_socket)
        await connect(raw_socket, remote_path)
        return ConnectedUNIXDatagramSocket(raw_socket)

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
    ) -> Any:
        return await get_running_loop().getaddrinfo(
            host, port, family=family, type=type, proto=proto, flags=flags
        )

    @classmethod
    async def getnameinfo(cls, sockaddr: IPSockAddrType, flags: int = 0) -> tuple[str, str]:
        return await get_running_loop().getnameinfo(sockaddr, flags)

    @classmethod
    async def wait_readable(cls, obj: FileDescriptorLike) -> None:
        await _readiness.wait_readable(obj)

    @classmethod
    async def wait_writable(cls, obj: FileDescriptorLike) -> None:
        await _readiness.wait_writable(obj)

    notify_closing = _function(_readiness.notify_closing)

    @classmethod
    async def wrap_listener_socket(cls, sock: socket.socket) -> SocketListener:
        unix = sock.family == socket.AF_UNIX
        return UNIXSocketListener(sock) if unix else TCPSocketListener(sock)

    wrap_stream_socket = _function(_transports.wrap_connected)

    @classmethod
    async def wrap_unix_stream_socket(cls, sock: socket.socket) -> abc.UNIXSocketStream:
        return UNIXSocketStream(sock)

    wrap_udp_socket = _function(_datagrams.wrap_udp_socket)
    wrap_connected_udp_socket = _function(_datagrams.wrap_connected_udp_socket)

    @classmethod
    async def wrap_unix_datagram_socket(cls, sock: socket.socket) -> abc.UNIXDatagramSocket:
        return UNIXDatagramSocket(sock)

    @classmethod
    async def wrap_connected_unix_datagram_socket(
        cls, sock: socket.socket
    ) -> abc.ConnectedUNIXDatagramSocket:
        return ConnectedUNIXDatagramSocket(sock)

    # Tests and debuggers

    @classmethod
    def get_current_task(cls) -> TaskInfo:
        task = current_task()
        if task is None:
            raise RuntimeError("There is no task currently running")
        return AsyncIOTaskInfo(task)

    @classmethod
    def get_running_tasks(cls) -> Sequence[TaskInfo]:
        return [AsyncIOTaskInfo(task) for task in all_tasks() if not task.done()]

    wait_all_tasks_blocked = _function(_task_info.wait_all_tasks_blocked)


backend_class = AsyncIOBackend
note_asyncio(asyncio._get_running_loop, AsyncIOBackend)
