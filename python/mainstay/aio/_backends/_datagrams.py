"""UDP sockets on asyncio: packets come by a transport into a queue of limited length."""

from __future__ import annotations

import asyncio
import socket
from asyncio import get_running_loop
from collections import deque

from .. import abc
from .._core._exceptions import BrokenResourceError, ClosedResourceError
from .._core._hosts import convert_ipv6_sockaddr
from .._core._synchronization import ResourceGuard
from .._native import cancel_shielded_checkpoint, checkpoint, checkpoint_if_cancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import AddressFamily
    from typing import Any

    from ..abc import IPSockAddrType, UDPPacketType

_MOST_PACKETS = 100  # kept while no task receives; older ones are dropped, as the system does


class DatagramProtocol(asyncio.DatagramProtocol):
    """What the loop tells of a socket: packets, errors, and when sending has to wait."""

    def __init__(self) -> None:
        self.read_queue: deque[tuple[bytes, IPSockAddrType]] = deque(maxlen=_MOST_PACKETS)
        self.read_event = asyncio.Event()
        self.write_event = asyncio.Event()
        self.write_event.set()
        self.exception: Exception | None = None

    def connection_made(self, transport: Any) -> None:
        transport.set_write_buffer_limits(0)

    def connection_lost(self, exc: Exception | None) -> None:
        self.read_event.set()
        self.write_event.set()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.read_queue.append((data, convert_ipv6_sockaddr(addr)))
        self.read_event.set()

    def error_received(self, exc: Exception) -> None:
        self.exception = exc

    def pause_writing(self) -> None:
        self.write_event.clear()

    def resume_writing(self) -> None:
        self.write_event.set()


class _TransportSocket:
    """What the two kinds of UDP sockets share."""

    def __init__(self, transport: asyncio.DatagramTransport, protocol: DatagramProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self._receive_guard = ResourceGuard("reading from")
        self._send_guard = ResourceGuard("writing to")
        self._closed = False

    @property
    def _raw_socket(self) -> socket.socket:
        raw: socket.socket = self._transport.get_extra_info("socket")
        return raw

    async def aclose(self) -> None:
        self._closed = True
        self._transport.abort()
        await checkpoint()

    async def _receive_packet(self) -> tuple[bytes, IPSockAddrType]:
        with self._receive_guard:
            await checkpoint()
            queue = self._protocol.read_queue
            if not queue and not self._transport.is_closing():
                self._protocol.read_event.clear()
                await self._protocol.read_event.wait()
            if queue:
                return queue.popleft()
            raise ClosedResourceError if self._closed else BrokenResourceError

    async def _send_packet(self, data: bytes, address: IPSockAddrType | None) -> None:
        with self._send_guard:
            await checkpoint_if_cancelled()
            waited = await self._wait_for_room()
            if self._transport.is_closing():
                raise BrokenResourceError
            self._transport.sendto(data, address)
            if not await self._wait_for_room() and not waited:
                await cancel_shielded_checkpoint()

    async def _wait_for_room(self) -> bool:
        """Wait until the system has taken all packets. Whether there was any to wait for."""
        waits = not self._protocol.write_event.is_set()
        if waits:
            await self._protocol.write_event.wait()
        if self._closed:
            raise ClosedResourceError
        return waits


class UDPSocket(_TransportSocket, abc.UDPSocket):
    """A UDP socket; each packet has an address."""

    async def receive(self) -> tuple[bytes, IPSockAddrType]:
        return await self._receive_packet()

    async def send(self, item: UDPPacketType) -> None:
        await self._send_packet(*item)


class ConnectedUDPSocket(_TransportSocket, abc.ConnectedUDPSocket):
    """A UDP socket that talks to one address."""

    async def receive(self) -> bytes:
        return (await self._receive_packet())[0]

    async def send(self, item: bytes) -> None:
        await self._send_packet(item, None)


async def create_udp_socket(
    family: AddressFamily,
    local_address: IPSockAddrType | None,
    remote_address: IPSockAddrType | None,
    reuse_port: bool,
) -> UDPSocket | ConnectedUDPSocket:
    """A UDP socket, connected if there is a remote address."""
    transport, protocol = await get_running_loop().create_datagram_endpoint(
        DatagramProtocol,
        local_addr=local_address,
        remote_addr=remote_address,
        family=family,
        reuse_port=reuse_port,
    )
    if protocol.exception is not None:
        transport.close()
        raise protocol.exception
    return (ConnectedUDPSocket if remote_address else UDPSocket)(transport, protocol)


async def wrap_udp_socket(sock: socket.socket) -> UDPSocket:
    """A UDP socket of one that exists."""
    return UDPSocket(
        *await get_running_loop().create_datagram_endpoint(DatagramProtocol, sock=sock)
    )


async def wrap_connected_udp_socket(sock: socket.socket) -> ConnectedUDPSocket:
    """A connected UDP socket of one that exists."""
    return ConnectedUDPSocket(
        *await get_running_loop().create_datagram_endpoint(DatagramProtocol, sock=sock)
    )
