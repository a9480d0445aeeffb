"""Connecting, listening, datagrams, name look-ups: the functions over the backend's sockets.

Addresses of IPv6 are pairs of host and port here, with a scope as "fe80::1%eth0". Errors of the
system come as OSError; `connect_tcp` collects those of all attempts in a ConnectionFailed.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import warnings
from dataclasses import dataclass
from ipaddress import ip_address
from socket import AddressFamily, SocketKind
from typing import cast, overload

from ..abc import ByteStreamConnectable
from ..streams.stapled import MultiListener
from ..streams.tls import TLSConnectable, _connect_tls
from ..to_thread import run_sync
from ._eventloop import get_async_backend
from ._exceptions import ConnectionFailed, ExceptionGroup
from ._hosts import convert_ipv6_sockaddr as convert_ipv6_sockaddr
from ._hosts import idna2008_resolve as idna2008_resolve
from ._resources import aclose_forcefully
from ._synchronization import Event
from ._tasks import create_task_group, move_on_after

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Sequence
    from ipaddress import IPv4Address, IPv6Address
    from os import PathLike
    from typing import Any, Literal, TypeAlias

    from _typeshed import FileDescriptorLike

    from ..abc import (
        ConnectedUDPSocket,
        ConnectedUNIXDatagramSocket,
        IPAddressType,
        IPSockAddrType,
        SocketListener,
        SocketStream,
        UDPSocket,
        UNIXDatagramSocket,
        UNIXSocketStream,
    )
    from ..streams.tls import TLSStream
    from ._tasks import CancelScope

    AnyIPAddressFamily: TypeAlias = Literal[
        AddressFamily.AF_UNSPEC, AddressFamily.AF_INET, AddressFamily.AF_INET6
    ]
    IPAddressFamily: TypeAlias = Literal[AddressFamily.AF_INET, AddressFamily.AF_INET6]
    UNIXKind: TypeAlias = Literal[SocketKind.SOCK_STREAM, SocketKind.SOCK_SEQPACKET]
    AnyPath: TypeAlias = str | bytes | PathLike[Any]
    Resolved: TypeAlias = tuple[AddressFamily, SocketKind, int, str, tuple[str, int]]

IPPROTO_IPV6 = getattr(socket, "IPPROTO_IPV6", 41)  # Windows has it from Python 3.8 on only
MAX_BACKLOG = 65536
LISTEN_ATTEMPTS = 10


#
# TCP
#


def _in_order_of_attempts(found: Sequence[Resolved]) -> list[tuple[str, int]]:
    """The addresses with the families taking turns, IPv6 first (RFC 8305, section 4)."""
    six = [entry[4] for entry in found if entry[0] == AddressFamily.AF_INET6]
    other = [entry[4] for entry in found if entry[0] != AddressFamily.AF_INET6]
    turns = min(len(six), len(other))
    mixed = [address for pair in zip(six, other, strict=False) for address in pair]
    return mixed + six[turns:] + other[turns:]


async def _addresses_of(host: IPAddressType, port: int, family: int) -> list[tuple[str, int]]:
    try:
        literal = ip_address(host)
    except ValueError:
        pass
    else:
        return [(str(literal), port)]
    # Outside of the handler: an error of the look-up must not carry the one above.
    found = await getaddrinfo(str(host), port, family=family, type=SocketKind.SOCK_STREAM)
    return _in_order_of_attempts(found)


class _Race:
    """Attempts to connect that start one after the other; the first that succeeds wins."""

    def __init__(self, local_address: tuple[str, int] | None) -> None:
        self.local_address = local_address
        self.winner: SocketStream | None = None
        self.errors: list[OSError] = []

    async def run(self, addresses: list[tuple[str, int]], head_start: float) -> SocketStream:
        try:
            async with create_task_group() as tasks:
                for address in addresses:
                    ended = Event()
                    tasks.start_soon(self._attempt, address, ended, tasks.cancel_scope)
                    # The next one does not wait for one that failed already.
                    with move_on_after(head_start):
                        await ended.wait()
            if self.winner is not None:
                return self.winner
            errors = self.errors
            cause: Exception | None = errors[0] if len(errors) == 1 else None
            if len(errors) > 1:
                cause = ExceptionGroup("multiple connection attempts failed", errors)
            raise ConnectionFailed("All connection attempts failed") from cause
        except BaseException:
            # Cancelled from outside although an attempt had succeeded.
            if self.winner is not None:
                await aclose_forcefully(self.winner)
            raise
        finally:
            # Each error's traceback holds a frame that holds this list: end the cycles.
            self.errors = []
            cause = None
            errors = []

    async def _attempt(self, address: tuple[str, int], ended: Event, scope: CancelScope) -> None:
        try:
            stream = await get_async_backend().connect_tcp(*address, self.local_address)
        except OSError as error:
            self.errors.append(error)
        else:
            if self.winner is None:
                self.winner = stream
                scope.cancel()
            else:
                await aclose_forcefully(stream)
        finally:
            ended.set()


@overload
async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = ...,
    local_port: int | None = ...,
    ssl_context: ssl.SSLContext | None = ...,
    tls_standard_compatible: bool = ...,
    tls_hostname: str,
    happy_eyeballs_delay: float = ...,
) -> TLSStream: ...


@overload
async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = ...,
    local_port: int | None = ...,
    ssl_context: ssl.SSLContext,
    tls_standard_compatible: bool = ...,
    tls_hostname: str | None = ...,
    happy_eyeballs_delay: float = ...,
) -> TLSStream: ...


@overload
async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = ...,
    local_port: int | None = ...,
    tls: Literal[True],
    ssl_context: ssl.SSLContext | None = ...,
    tls_standard_compatible: bool = ...,
    tls_hostname: str | None = ...,
    happy_eyeballs_delay: float = ...,
) -> TLSStream: ...


@overload
async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = ...,
    local_port: int | None = ...,
    tls: Literal[False],
    ssl_context: ssl.SSLContext | None = ...,
    tls_standard_compatible: bool = ...,
    tls_hostname: str | None = ...,
    happy_eyeballs_delay: float = ...,
) -> SocketStream: ...


@overload
async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = ...,
    local_port: int | None = ...,
    happy_eyeballs_delay: float = ...,
) -> SocketStream: ...


async def connect_tcp(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    local_host: IPAddressType | None = None,
    local_port: int | None = None,
    tls: bool = False,
    ssl_context: ssl.SSLContext | None = None,
    tls_standard_compatible: bool = True,
    tls_hostname: str | None = None,
    happy_eyeballs_delay: float = 0.25,
) -> SocketStream | TLSStream:
    """Connect to a host, with TLS if `tls`, `ssl_context` or `tls_hostname` is given.

    A name with several addresses is tried address by address, IPv6 first; each attempt has
    `happy_eyeballs_delay` seconds before the next one joins it. `local_host` and `local_port` are
    what to connect from. With `tls_standard_compatible` the end of the stream must be announced;
    HTTP servers often do not, then give False. The certificate is checked against `tls_hostname`,
    or the host. ConnectionFailed when no attempt succeeds.
    """
    local_address: tuple[str, int] | None = None
    family = 0
    if local_host:
        found = await getaddrinfo(str(local_host), local_port)
        family = found[0][0]
        local_address = found[0][4]

    addresses = await _addresses_of(remote_host, remote_port, family)
    stream = await _Race(local_address).run(addresses, happy_eyeballs_delay)
    if not (tls or tls_hostname or ssl_context):
        return stream
    host = tls_hostname or str(remote_host)
    return await _connect_tls(stream, host, ssl_context, tls_standard_compatible)


def _listening_socket(
    family: int, address: tuple[str, int], backlog: int, reuse_port: bool, dual_stack: bool
) -> socket.socket:
    sock = socket.socket(family)
    try:
        # On Windows, which has the first one, the second would let two programs share the port.
        options = [getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)]
        if reuse_port:
            options.append(socket.SO_REUSEPORT)
        for option in options:
            sock.setsockopt(socket.SOL_SOCKET, option, 1)
        if family == AddressFamily.AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dual_stack else 1)
            host, _, scope = address[0].partition("%")
            if scope:
                # `bind` takes a scope by number only.
                number = int(scope) if scope.isdecimal() else socket.if_nametoindex(scope)
                sock.bind((host, address[1], 0, number))
            else:
                sock.bind(address)
        else:
            sock.bind(address)
        sock.listen(backlog)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


async def create_tcp_listener(
    *,
    local_host: IPAddressType | None = None,
    local_port: int = 0,
    family: AnyIPAddressFamily = AddressFamily.AF_UNSPEC,
    backlog: int = MAX_BACKLOG,
    reuse_port: bool = False,
) -> MultiListener[SocketStream]:
    """Listen for TCP connections, at all interfaces unless `local_host` says which.

    With port 0 the system chooses one, the same for all addresses of the host. One socket serves
    both families where the system can. OSError when an address cannot be bound.
    """
    backlog = min(backlog, MAX_BACKLOG)
    # All kinds are asked for: uvloop loses the scope of an address when one kind is named
    # (MagicStack/uvloop#539).
    resolved = await getaddrinfo(
        None if local_host is None else str(local_host),
        local_port,
        family=family,
        flags=socket.AI_PASSIVE | socket.AI_ADDRCONFIG,
    )
    # glibc may give an address twice; the order of what is left stays.
    found = list(
        dict.fromkeys(
            (int(each), address)
            for each, kind, _, _, address in resolved
            if kind == SocketKind.SOCK_STREAM
        )
    )
    dual_stack = (
        local_host is None
        and family == AddressFamily.AF_UNSPEC
        and any(each == AddressFamily.AF_INET6 for each, _ in found)
        and socket.has_dualstack_ipv6()
    )
    if dual_stack:
        found = [(AddressFamily.AF_INET6, ("::", local_port))]

    def open_all() -> list[socket.socket]:
        port = local_port
        opened: list[socket.socket] = []
        try:
            for each_family, (host, _) in found:
                address = host, port
                sock = _listening_socket(each_family, address, backlog, reuse_port, dual_stack)
                opened.append(sock)
                port = port or sock.getsockname()[1]
        except BaseException:
            for sock in opened:
                sock.close()
            raise
        return opened

    errors: list[OSError] = []
    for _ in range(LISTEN_ATTEMPTS):
        try:
            sockets = open_all()
        except OSError as error:
            # The port that the system chose for one family may be taken in the other.
            if local_port or len(found) < 2 or error.errno != errno.EADDRINUSE:
                raise
            errors.append(error)
        else:
            backend = get_async_backend()
            return MultiListener([backend.create_tcp_listener(sock) for sock in sockets])
    raise OSError(
        f"Could not create {len(found)} listeners with a consistent port"
    ) from ExceptionGroup("Several bind attempts failed", errors)


#
# UNIX
#


async def connect_unix(path: AnyPath, kind: UNIXKind = socket.SOCK_STREAM) -> UNIXSocketStream:
    """Connect to the UNIX socket at `path`. Not on Windows."""
    return await get_async_backend().connect_unix(os.fspath(path), kind)


async def create_unix_listener(
    path: AnyPath,
    *,
    mode: int | None = None,
    backlog: int = MAX_BACKLOG,
    kind: UNIXKind = SocketKind.SOCK_STREAM,
) -> SocketListener:
    """Listen at `path`, with the permissions `mode`. Not on Windows.

    A socket that exists at the path is removed first; a file of another kind is not.
    """
    sock = await setup_unix_local_socket(path, mode, kind)
    try:
        sock.listen(min(backlog, MAX_BACKLOG))
        return get_async_backend().create_unix_listener(sock)
    except BaseException:
        sock.close()
        raise


async def setup_unix_local_socket(
    path: AnyPath | None, mode: int | None, socktype: int
) -> socket.socket:
    """A UNIX socket, bound to `path` if there is one."""
    sock = socket.socket(socket.AF_UNIX, socktype)
    try:
        sock.setblocking(False)
        if path is not None:
            await run_sync(_bind_unix, sock, os.fsdecode(path), mode, abandon_on_cancel=True)
    except BaseException:
        sock.close()
        raise
    return sock


def _bind_unix(sock: socket.socket, path: str, mode: int | None) -> None:
    # A name that begins with NUL is one of Linux's abstract names and no file.
    if not path.startswith("\0"):
        try:
            found = os.stat(path)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP):
                raise
        else:
            if stat.S_ISSOCK(found.st_mode):
                os.unlink(path)
    sock.bind(path)
    if mode is not None:
        os.chmod(path, mode)


#
# Datagrams
#


async def _local_udp_address(
    host: IPAddressType | None, port: int, family: int
) -> tuple[int, tuple[str, int] | None]:
    """The family and address to bind to; without a host any address, if family or port ask."""
    if host:
        found = await getaddrinfo(
            str(host), port, family=family, type=SocketKind.SOCK_DGRAM, flags=socket.AI_PASSIVE
        )
        return found[0][0], found[0][4]
    if family == AddressFamily.AF_INET6:
        return family, ("::", port)
    if family == AddressFamily.AF_INET:
        return family, ("0.0.0.0", port)
    return family, None


async def create_udp_socket(
    family: AnyIPAddressFamily = AddressFamily.AF_UNSPEC,
    *,
    local_host: IPAddressType | None = None,
    local_port: int = 0,
    reuse_port: bool = False,
) -> UDPSocket:
    """A UDP socket, bound to an address of `local_host` or to any, at `local_port` or a free one.

    ValueError if neither `family` nor `local_host` tells the family.
    """
    if family == AddressFamily.AF_UNSPEC and not local_host:
        raise ValueError('Either "family" or "local_host" must be given')
    found, address = await _local_udp_address(local_host, local_port, family)
    made = await get_async_backend().create_udp_socket(
        AddressFamily(found), address, None, reuse_port
    )
    return cast("UDPSocket", made)


async def create_connected_udp_socket(
    remote_host: IPAddressType,
    remote_port: int,
    *,
    family: AnyIPAddressFamily = AddressFamily.AF_UNSPEC,
    local_host: IPAddressType | None = None,
    local_port: int = 0,
    reuse_port: bool = False,
) -> ConnectedUDPSocket:
    """A UDP socket that sends to one address and receives from it only."""
    wanted: int = family
    local_address = None
    if local_host:
        wanted, local_address = await _local_udp_address(local_host, local_port, family)
    resolved = await getaddrinfo(
        str(remote_host), remote_port, family=wanted, type=SocketKind.SOCK_DGRAM
    )
    found, *_, remote_address = resolved[0]
    if local_address is None and local_port:
        _, local_address = await _local_udp_address(None, local_port, found)
    made = await get_async_backend().create_udp_socket(
        AddressFamily(found), local_address, remote_address, reuse_port
    )
    return cast("ConnectedUDPSocket", made)


async def create_unix_datagram_socket(
    *, local_path: AnyPath | None = None, local_mode: int | None = None
) -> UNIXDatagramSocket:
    """A UNIX datagram socket; only one with a `local_path` can receive. Not on Windows.

    A socket that exists at the path is removed first.
    """
    sock = await setup_unix_local_socket(local_path, local_mode, socket.SOCK_DGRAM)
    return await get_async_backend().create_unix_datagram_socket(sock, None)


async def create_connected_unix_datagram_socket(
    remote_path: AnyPath, *, local_path: AnyPath | None = None, local_mode: int | None = None
) -> ConnectedUNIXDatagramSocket:
    """A UNIX datagram socket that talks to the one at `remote_path` only. Not on Windows."""
    target = os.fspath(remote_path)
    sock = await setup_unix_local_socket(local_path, local_mode, socket.SOCK_DGRAM)
    return await get_async_backend().create_unix_datagram_socket(sock, target)


#
# Names and descriptors
#


async def getaddrinfo(
    host: bytes | str | None,
    port: str | int | None,
    *,
    family: int | AddressFamily = 0,
    type: int | SocketKind = 0,
    proto: int = 0,
    flags: int = 0,
) -> list[Resolved]:
    """Look the addresses of a host up, as `socket.getaddrinfo` does, with IDNA 2008 for names."""
    name = idna2008_resolve(host) if isinstance(host, str) else host
    found = await get_async_backend().getaddrinfo(
        name, port, family=family, type=type, proto=proto, flags=flags
    )
    # An address that begins with a number stands for IPv6 in a Python built without it.
    return [
        (each, kind, protocol, canonical, convert_ipv6_sockaddr(cast("tuple[str, int]", address)))
        for each, kind, protocol, canonical, address in found
        if isinstance(address[0], str)
    ]


def getnameinfo(sockaddr: IPSockAddrType, flags: int = 0) -> Awaitable[tuple[str, str]]:
    """Look up the names of an address: (host, service)."""
    return get_async_backend().getnameinfo(sockaddr, flags)


def _deprecated(replacement: str) -> None:
    warnings.warn(
        f"This function is deprecated; use `{replacement}` instead",
        DeprecationWarning,
        stacklevel=3,
    )


def wait_socket_readable(sock: socket.socket) -> Awaitable[None]:
    """Deprecated: use `wait_readable`."""
    _deprecated("wait_readable")
    return get_async_backend().wait_readable(sock.fileno())


def wait_socket_writable(sock: socket.socket) -> Awaitable[None]:
    """Deprecated: use `wait_writable`."""
    _deprecated("wait_writable")
    return get_async_backend().wait_writable(sock.fileno())


def wait_readable(obj: FileDescriptorLike) -> Awaitable[None]:
    """Wait until `obj`, a descriptor or an object that has one, can be read from.

    On Windows it must be a socket. Not for a socket that a stream of this package has taken over.
    ClosedResourceError when it is closed after `notify_closing`, BusyResourceError when another
    task waits for the same.
    """
    return get_async_backend().wait_readable(obj)


def wait_writable(obj: FileDescriptorLike) -> Awaitable[None]:
    """Wait until `obj` can be written to; otherwise like `wait_readable`."""
    return get_async_backend().wait_writable(obj)


def notify_closing(obj: FileDescriptorLike) -> None:
    """Make waits for `obj` raise ClosedResourceError. Call it before you close a descriptor.

    No task may begin to wait between this call and the close: keep awaits out from between them.
    """
    get_async_backend().notify_closing(obj)


#
# Connectables
#


@dataclass
class TCPConnectable(ByteStreamConnectable):
    """A TCP server, by host and port."""

    host: str | IPv4Address | IPv6Address
    port: int

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ValueError("TCP port number out of range")

    async def connect(self) -> SocketStream:
        try:
            return await connect_tcp(self.host, self.port)
        except OSError as error:
            raise _failed(f"{self.host}:{self.port}", error) from error


@dataclass
class UNIXConnectable(ByteStreamConnectable):
    """A UNIX socket, by its path."""

    path: str | bytes | PathLike[str] | PathLike[bytes]

    async def connect(self) -> UNIXSocketStream:
        try:
            return await connect_unix(self.path)
        except OSError as error:
            raise _failed(repr(self.path), error) from error


def _failed(target: str, error: OSError) -> ConnectionFailed:
    return ConnectionFailed(f"error connecting to {target}: {error}")


def as_connectable(
    remote: ByteStreamConnectable
    | tuple[str | IPv4Address | IPv6Address, int]
    | str
    | bytes
    | PathLike[str],
    /,
    *,
    tls: bool = False,
    ssl_context: ssl.SSLContext | None = None,
    tls_hostname: str | None = None,
    tls_standard_compatible: bool = True,
) -> ByteStreamConnectable:
    """What `remote` stands for: a connectable itself, (host, port), or the path of a UNIX socket.

    With `tls` it does a handshake after it connected; the certificate is checked against
    `tls_hostname`, or the host of a pair.
    """
    connectable: ByteStreamConnectable
    if isinstance(remote, ByteStreamConnectable):
        connectable = remote
    elif isinstance(remote, tuple) and len(remote) == 2:
        connectable = TCPConnectable(*remote)
    elif isinstance(remote, (str, bytes, os.PathLike)):
        connectable = UNIXConnectable(remote)
    else:
        raise TypeError(f"cannot convert {remote!r} to a connectable")
    if not tls:
        return connectable
    if not tls_hostname and isinstance(connectable, TCPConnectable):
        tls_hostname = str(connectable.host)
    return TLSConnectable(
        connectable,
        hostname=tls_hostname,
        ssl_context=ssl_context,
        standard_compatible=tls_standard_compatible,
    )
