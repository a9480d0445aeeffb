"""The interface between `mainstay.aio` and an event loop library.

Everything that depends on the library goes through a class of this kind: `_backends._asyncio` and
`_backends._trio` hold one each. Programs do not call it.
"""

from __future__ import annotations

import math
from abc import ABCMeta, abstractmethod
from os import PathLike
from typing import TypeAlias, TypeVar, overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterator,
        Awaitable,
        Callable,
        Coroutine,
        Iterable,
        Mapping,
        Sequence,
    )
    from contextlib import AbstractContextManager
    from signal import Signals
    from socket import AddressFamily, SocketKind, socket
    from typing import IO, Any, Literal

    from _typeshed import FileDescriptorLike
    from typing_extensions import TypeVarTuple, Unpack

    from .._core._synchronization import CapacityLimiter, Event, Lock, Semaphore
    from .._core._tasks import CancelScope
    from .._core._testing import TaskInfo
    from ._sockets import (
        ConnectedUDPSocket,
        ConnectedUNIXDatagramSocket,
        IPSockAddrType,
        SocketListener,
        SocketStream,
        UDPSocket,
        UNIXDatagramSocket,
        UNIXSocketStream,
    )
    from ._subprocesses import Process
    from ._tasks import TaskGroup
    from ._testing import TestRunner

    PosArgsT = TypeVarTuple("PosArgsT")

T_Retval = TypeVar("T_Retval")
T_co = TypeVar("T_co", covariant=True)
StrOrBytesPath: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]


class AsyncBackend(metaclass=ABCMeta):
    """One event loop library. All are class methods, for the loop of the current thread."""

    @classmethod
    @abstractmethod
    def run(
        cls,
        func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
        args: tuple[Unpack[PosArgsT]],
        kwargs: dict[str, Any],
        options: dict[str, Any],
    ) -> T_Retval:
        """Run `func(*args, **kwargs)` in a new event loop and return its result."""

    @classmethod
    @abstractmethod
    def current_token(cls) -> object:
        """An object by which another thread finds this event loop."""

    @classmethod
    @abstractmethod
    def current_time(cls) -> float:
        """The time of the loop's clock, in seconds."""

    @classmethod
    @abstractmethod
    def cancelled_exception_class(cls) -> type[BaseException]:
        """The class of the exception that a cancelled task gets."""

    @classmethod
    @abstractmethod
    async def checkpoint(cls) -> None:
        """Give other tasks a turn, and raise if this task is cancelled."""

    @classmethod
    async def checkpoint_if_cancelled(cls) -> None:
        """Raise if this task is cancelled, and give no turn away otherwise."""
        if cls.current_effective_deadline() == -math.inf:
            await cls.checkpoint()

    @classmethod
    async def cancel_shielded_checkpoint(cls) -> None:
        """Give other tasks a turn, whether this task is cancelled or not."""
        with cls.create_cancel_scope(shield=True):
            await cls.sleep(0)

    @classmethod
    @abstractmethod
    async def sleep(cls, delay: float) -> None:
        """Pause the current task for `delay` seconds."""

    @classmethod
    @abstractmethod
    def create_cancel_scope(
        cls, *, deadline: float = math.inf, shield: bool = False
    ) -> CancelScope:
        """A new cancel scope."""

    @classmethod
    @abstractmethod
    def current_effective_deadline(cls) -> float:
        """The nearest deadline around this task: `inf` without one, `-inf` when cancelled."""

    @classmethod
    @abstractmethod
    def create_task_group(cls) -> TaskGroup:
        """A new task group."""

    @classmethod
    @abstractmethod
    def create_event(cls) -> Event:
        """A new event."""

    @classmethod
    @abstractmethod
    def create_lock(cls, *, fast_acquire: bool) -> Lock:
        """A new lock."""

    @classmethod
    @abstractmethod
    def create_semaphore(
        cls, initial_value: int, *, max_value: int | None = None, fast_acquire: bool = False
    ) -> Semaphore:
        """A new semaphore."""

    @classmethod
    @abstractmethod
    def create_capacity_limiter(cls, total_tokens: float) -> CapacityLimiter:
        """A new limiter."""

    @classmethod
    @abstractmethod
    async def run_sync_in_worker_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        args: tuple[Unpack[PosArgsT]],
        abandon_on_cancel: bool = False,
        limiter: CapacityLimiter | None = None,
    ) -> T_Retval:
        """Run `func(*args)` in a worker thread, within the tokens of `limiter`."""

    @classmethod
    @abstractmethod
    def check_cancelled(cls) -> None:
        """In a worker thread: raise if the task that waits for it is cancelled."""

    @classmethod
    @abstractmethod
    def run_async_from_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> T_co:
        """Run a coroutine function in the loop of `token` and wait for the result."""

    @classmethod
    @abstractmethod
    def run_sync_from_thread(
        cls,
        func: Callable[[Unpack[PosArgsT]], T_Retval],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> T_Retval:
        """Call a function in the loop of `token` and wait for the result."""

    @classmethod
    @abstractmethod
    def run_sync_soon(
        cls,
        func: Callable[[Unpack[PosArgsT]], object],
        args: tuple[Unpack[PosArgsT]],
        token: object,
    ) -> None:
        """Have the loop of `token` call `func(*args)` soon, and do not wait."""

    @classmethod
    @abstractmethod
    async def open_process(
        cls,
        command: StrOrBytesPath | Sequence[StrOrBytesPath],
        *,
        stdin: int | IO[Any] | None,
        stdout: int | IO[Any] | None,
        stderr: int | IO[Any] | None,
        cwd: StrOrBytesPath | None = None,
        env: Mapping[str, str] | None = None,
        startupinfo: Any = None,
        creationflags: int = 0,
        start_new_session: bool = False,
        pass_fds: Sequence[int] = (),
        user: str | int | None = None,
        group: str | int | None = None,
        extra_groups: Iterable[str | int] | None = None,
        umask: int = -1,
        **kwargs: Any,
    ) -> Process:
        """Start a child process; the arguments are those of `subprocess.Popen`."""

    @classmethod
    @abstractmethod
    def setup_process_pool_exit_at_shutdown(cls, workers: set[Process]) -> None:
        """See that the worker processes end with the event loop."""

    @classmethod
    @abstractmethod
    async def connect_tcp(
        cls, host: str, port: int, local_address: IPSockAddrType | None = None
    ) -> SocketStream:
        """Connect to an address, one attempt."""

    @classmethod
    @abstractmethod
    async def connect_unix(
        cls, path: str | bytes, kind: Literal[SocketKind.SOCK_STREAM, SocketKind.SOCK_SEQPACKET]
    ) -> UNIXSocketStream:
        """Connect to a UNIX socket."""

    @classmethod
    @abstractmethod
    def create_tcp_listener(cls, sock: socket) -> SocketListener:
        """A listener for a listening TCP socket."""

    @classmethod
    @abstractmethod
    def create_unix_listener(cls, sock: socket) -> SocketListener:
        """A listener for a listening UNIX socket."""

    @classmethod
    @abstractmethod
    async def create_udp_socket(
        cls,
        family: AddressFamily,
        local_address: IPSockAddrType | None,
        remote_address: IPSockAddrType | None,
        reuse_port: bool,
    ) -> UDPSocket | ConnectedUDPSocket:
        """A UDP socket, connected when it has a remote address."""

    @classmethod
    @overload
    async def create_unix_datagram_socket(
        cls, raw_socket: socket, remote_path: None
    ) -> UNIXDatagramSocket: ...

    @classmethod
    @overload
    async def create_unix_datagram_socket(
        cls, raw_socket: socket, remote_path: str | bytes
    ) -> ConnectedUNIXDatagramSocket: ...

    @classmethod
    @abstractmethod
    async def create_unix_datagram_socket(
        cls, raw_socket: socket, remote_path: str | bytes | None
    ) -> UNIXDatagramSocket | ConnectedUNIXDatagramSocket:
        """A UNIX datagram socket, connected when it has a remote path."""

    @classmethod
    @abstractmethod
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
        """Look an address up, in a thread."""

    @classmethod
    @abstractmethod
    async def getnameinfo(cls, sockaddr: IPSockAddrType, flags: int = 0) -> tuple[str, str]:
        """Look a name up, in a thread."""

    @classmethod
    @abstractmethod
    async def wait_readable(cls, obj: FileDescriptorLike) -> None:
        """Wait until a descriptor can be read."""

    @classmethod
    @abstractmethod
    async def wait_writable(cls, obj: FileDescriptorLike) -> None:
        """Wait until a descriptor can be written."""

    @classmethod
    @abstractmethod
    def notify_closing(cls, obj: FileDescriptorLike) -> None:
        """Wake tasks that wait for a descriptor that is about to be closed."""

    @classmethod
    @abstractmethod
    async def wrap_listener_socket(cls, sock: socket) -> SocketListener:
        """Take a listening socket over."""

    @classmethod
    @abstractmethod
    async def wrap_stream_socket(cls, sock: socket) -> SocketStream:
        """Take a connected TCP socket over."""

    @classmethod
    @abstractmethod
    async def wrap_unix_stream_socket(cls, sock: socket) -> UNIXSocketStream:
        """Take a connected UNIX socket over."""

    @classmethod
    @abstractmethod
    async def wrap_udp_socket(cls, sock: socket) -> UDPSocket:
        """Take a bound UDP socket over."""

    @classmethod
    @abstractmethod
    async def wrap_connected_udp_socket(cls, sock: socket) -> ConnectedUDPSocket:
        """Take a connected UDP socket over."""

    @classmethod
    @abstractmethod
    async def wrap_unix_datagram_socket(cls, sock: socket) -> UNIXDatagramSocket:
        """Take a UNIX datagram socket over."""

    @classmethod
    @abstractmethod
    async def wrap_connected_unix_datagram_socket(cls, sock: socket) -> ConnectedUNIXDatagramSocket:
        """Take a connected UNIX datagram socket over."""

    @classmethod
    @abstractmethod
    def current_default_thread_limiter(cls) -> CapacityLimiter:
        """The limiter that worker threads of this loop share."""

    @classmethod
    @abstractmethod
    def open_signal_receiver(
        cls, *signals: Signals
    ) -> AbstractContextManager[AsyncIterator[Signals]]:
        """A context in which signals arrive as items of an async iterator."""

    @classmethod
    @abstractmethod
    def get_current_task(cls) -> TaskInfo:
        """The current task."""

    @classmethod
    @abstractmethod
    def get_running_tasks(cls) -> Sequence[TaskInfo]:
        """All tasks of this loop."""

    @classmethod
    @abstractmethod
    async def wait_all_tasks_blocked(cls) -> None:
        """Wait until every other task waits for something."""

    @classmethod
    @abstractmethod
    def create_test_runner(cls, options: dict[str, Any]) -> TestRunner:
        """A runner for tests and fixtures."""
