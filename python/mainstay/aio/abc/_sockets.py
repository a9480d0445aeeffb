"""What sockets promise, on every backend, and the attributes that all of them have.

`from_socket` of each class takes a socket or a file descriptor over: after success the object
owns it and closes it.
"""

from __future__ import annotations

import errno
import socket
from abc import abstractmethod
from ipaddress import IPv4Address, IPv6Address
from socket import AddressFamily
from typing import Any, TypeAlias, TypeVar

from .._core._eventloop import get_async_backend
from .._core._hosts import convert_ipv6_sockaddr as plain
from .._core._typedattr import TypedAttributeProvider, TypedAttributeSet, typed_attribute
from ._streams import ByteStream, Listener, UnreliableObjectStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from io import IOBase

    from ._tasks import TaskGroup

IPAddressType: TypeAlias = str | IPv4Address | IPv6Address
IPSockAddrType: TypeAlias = tuple[str, int]
SockAddrType: TypeAlias = IPSockAddrType | str
UDPPacketType: TypeAlias = tuple[bytes, IPSockAddrType]
UNIXDatagramPacketType: TypeAlias = tuple[bytes, str]
T_Retval = TypeVar("T_Retval")

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_NOT_CONNECTED = "the socket must be connected"
_NOT_BOUND = "the socket must be bound to a local address"


def _opened(fd: int, require_connected: bool, require_bound: bool) -> socket.socket:
    """A socket object for the descriptor, which may be of any kind of file."""
    try:
        return socket.socket(fileno=fd)
    except OSError as error:
        if error.errno == errno.ENOTSOCK:
            raise ValueError("the file descriptor does not refer to a socket") from error
        if require_connected:
            raise ValueError(_NOT_CONNECTED) from error
        if require_bound:
            raise ValueError(_NOT_BOUND) from error
        raise


def _has_peer(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def _is_bound(sock: socket.socket) -> bool:
    try:
        address = sock.getsockname()
    except OSError:
        return False
    return bool(address[1] if sock.family in _INTERNET else address)


def _validate_socket(
    sock_or_fd: socket.socket | int,
    sock_type: socket.SocketKind,
    addr_family: socket.AddressFamily = socket.AF_UNSPEC,
    *,
    require_connected: bool = False,
    require_bound: bool = False,
) -> socket.socket:
    """The socket, now non-blocking, if it is as required; a refused descriptor stays open."""
    if isinstance(sock_or_fd, socket.socket):
        sock = sock_or_fd
    elif isinstance(sock_or_fd, int):
        sock = _opened(sock_or_fd, require_connected, require_bound)
    else:
        raise TypeError(f"expected an int or socket, got {type(sock_or_fd).__qualname__} instead")

    problem = ""
    if require_connected and not _has_peer(sock):
        problem = _NOT_CONNECTED
    elif require_bound and not _is_bound(sock):
        problem = _NOT_BOUND
    elif addr_family not in (socket.AF_UNSPEC, sock.family):
        found = AddressFamily(sock.family).name
        problem = f"address family mismatch: expected {addr_family.name}, got {found}"
    elif sock.type != sock_type:
        found = socket.SocketKind(sock.type).name
        problem = f"socket type mismatch: expected {sock_type.name}, got {found}"
    if problem:
        if sock is not sock_or_fd:
            sock.detach()
        raise ValueError(problem)

    sock.setblocking(False)
    return sock


class SocketAttribute(TypedAttributeSet):
    """Attributes of everything that is a socket or runs over one."""

    family: AddressFamily = typed_attribute()
    local_address: SockAddrType = typed_attribute()
    local_port: int = typed_attribute()
    raw_socket: socket.socket = typed_attribute()
    remote_address: SockAddrType = typed_attribute()
    remote_port: int = typed_attribute()


class _SocketProvider(TypedAttributeProvider):
    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        sock = self._raw_socket
        found: dict[Any, Callable[[], Any]] = {
            SocketAttribute.family: lambda: sock.family,
            SocketAttribute.local_address: lambda: plain(sock.getsockname()),
            SocketAttribute.raw_socket: lambda: sock,
        }
        # What the peer's address is does not change, but the peer may be gone when it is asked.
        try:
            peer = plain(sock.getpeername())
        except OSError:
            peer = None
        if peer is not None:
            found[SocketAttribute.remote_address] = lambda: peer
        if sock.family in _INTERNET:
            found[SocketAttribute.local_port] = lambda: sock.getsockname()[1]
            if peer is not None:
                port = peer[1]
                found[SocketAttribute.remote_port] = lambda: port
        return found

    @property
    @abstractmethod
    def _raw_socket(self) -> socket.socket: ...


class SocketStream(ByteStream, _SocketProvider):
    """A connected stream socket. One task may send while another receives, not two at one end."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> SocketStream:
        """Take a connected TCP socket over."""
        sock = _validate_socket(sock_or_fd, socket.SOCK_STREAM, require_connected=True)
        return await get_async_backend().wrap_stream_socket(sock)


class UNIXSocketStream(SocketStream):
    """A connected UNIX socket, which can also carry file descriptors."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> UNIXSocketStream:
        """Take a connected UNIX socket over."""
        sock = _validate_socket(
            sock_or_fd, socket.SOCK_STREAM, socket.AF_UNIX, require_connected=True
        )
        return await get_async_backend().wrap_unix_stream_socket(sock)

    @abstractmethod
    async def send_fds(self, message: bytes, fds: Collection[int | IOBase]) -> None:
        """Send descriptors along with `message`; neither may be empty."""

    @abstractmethod
    async def receive_fds(self, msglen: int, maxfds: int) -> tuple[bytes, list[int]]:
        """Receive up to `msglen` bytes and `maxfds` descriptors, which the caller must close."""


class SocketListener(Listener[SocketStream], _SocketProvider):
    """A listening socket."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> SocketListener:
        """Take a bound, listening socket over."""
        sock = _validate_socket(sock_or_fd, socket.SOCK_STREAM, require_bound=True)
        return await get_async_backend().wrap_listener_socket(sock)

    @abstractmethod
    async def accept(self) -> SocketStream:
        """Wait for a connection and return it."""

    async def serve(
        self, handler: Callable[[SocketStream], Any], task_group: TaskGroup | None = None
    ) -> None:
        if task_group is None:
            async with get_async_backend().create_task_group() as own:
                await self.serve(handler, own)
        else:
            while True:
                task_group.start_soon(handler, await self.accept())


class UDPSocket(UnreliableObjectStream[UDPPacketType], _SocketProvider):
    """A UDP socket without a fixed peer; its items are pairs of data and (host, port)."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> UDPSocket:
        """Take a bound UDP socket over."""
        sock = _validate_socket(sock_or_fd, socket.SOCK_DGRAM, require_bound=True)
        return await get_async_backend().wrap_udp_socket(sock)

    async def sendto(self, data: bytes, host: str, port: int) -> None:
        """Send `data` to the address."""
        await self.send((data, (host, port)))


class ConnectedUDPSocket(UnreliableObjectStream[bytes], _SocketProvider):
    """A UDP socket with a fixed peer."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> ConnectedUDPSocket:
        """Take a connected UDP socket over."""
        sock = _validate_socket(sock_or_fd, socket.SOCK_DGRAM, require_connected=True)
        return await get_async_backend().wrap_connected_udp_socket(sock)


class UNIXDatagramSocket(UnreliableObjectStream[UNIXDatagramPacketType], _SocketProvider):
    """A UNIX datagram socket without a fixed peer; its items are pairs of data and path."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> UNIXDatagramSocket:
        """Take a UNIX datagram socket over."""
        sock = _validate_socket(sock_or_fd, socket.SOCK_DGRAM, socket.AF_UNIX)
        return await get_async_backend().wrap_unix_datagram_socket(sock)

    async def sendto(self, data: bytes, path: str) -> None:
        """Send `data` to the socket at `path`."""
        await self.send((data, path))


class ConnectedUNIXDatagramSocket(UnreliableObjectStream[bytes], _SocketProvider):
    """A UNIX datagram socket with a fixed peer."""

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> ConnectedUNIXDatagramSocket:
        """Take a connected UNIX datagram socket over."""
        sock = _validate_socket(
            sock_or_fd, socket.SOCK_DGRAM, socket.AF_UNIX, require_connected=True
        )
        return await get_async_backend().wrap_connected_unix_datagram_socket(sock)
