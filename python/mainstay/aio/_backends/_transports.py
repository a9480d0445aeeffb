"""TCP streams and their listener on asyncio: bytes come by a transport into a queue.

A transport reads only while a task waits in `receive`, so that a slow reader slows the sender.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import CancelledError, get_running_loop
from collections import deque

from .. import abc
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream
from .._core._synchronization import ResourceGuard
from .._native import cancel_shielded_checkpoint, checkpoint, checkpoint_if_cancelled
from ._scopes import CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class StreamProtocol(asyncio.Protocol):
    """What the loop tells of a connection: bytes, its end, and when writing has to wait."""

    def __init__(self) -> None:
        self.read_queue: deque[bytes] = deque()
        self.read_event = asyncio.Event()
        self.write_event = asyncio.Event()
        self.write_event.set()
        self.exception: Exception | None = None
        self.is_at_eof = False

    def connection_made(self, transport: Any) -> None:
        transport.set_write_buffer_limits(0)

    def connection_lost(self, exc: Exception | None) -> None:
        self.exception = exc or self.exception
        self.read_event.set()
        self.write_event.set()

    def data_received(self, data: bytes) -> None:
        self.read_queue.append(bytes(data))  # some loops give a bytearray
        self.read_event.set()

    def eof_received(self) -> bool:
        self.is_at_eof = True
        self.read_event.set()
        return True  # writing goes on

    def pause_writing(self) -> None:
        # A new one: a task that was woken by the old one before it runs must not wait again.
        self.write_event = asyncio.Event()

    def resume_writing(self) -> None:
        self.write_event.set()


class SocketStream(abc.SocketStream):
    """A TCP connection."""

    def __init__(self, transport: asyncio.Transport, protocol: StreamProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self._receive_guard = ResourceGuard("reading from")
        self._send_guard = ResourceGuard("writing to")
        self._closed = False

    @property
    def _raw_socket(self) -> socket.socket:
        raw: socket.socket = self._transport.get_extra_info("socket")
        return raw

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        with self._receive_guard:
            await self._wait_for_bytes()
            queue = self._protocol.read_queue
            if not queue:
                self._require_usable()
                raise EndOfStream
            chunk = queue.popleft()
            if len(chunk) > max_bytes:
                queue.appendleft(chunk[max_bytes:])
                chunk = chunk[:max_bytes]
            if not queue:
                self._protocol.read_event.clear()
            return chunk

    async def _wait_for_bytes(self) -> None:
        protocol, transport = self._protocol, self._transport
        if protocol.read_event.is_set() or protocol.is_at_eof or transport.is_closing():
            await checkpoint()
            return
        transport.resume_reading()
        try:
            await protocol.read_event.wait()
        finally:
            transport.pause_reading()

    def _require_usable(self) -> None:
        if self._closed:
            raise ClosedResourceError
        if self._protocol.exception is not None:
            raise BrokenResourceError from self._protocol.exception

    async def send(self, item: bytes) -> None:
        with self._send_guard:
            await checkpoint_if_cancelled()
            waited = await self._wait_for_room()
            try:
                self._transport.write(item)
            except RuntimeError as error:
                if self._transport.is_closing():
                    raise BrokenResourceError from error
                raise
            if not await self._wait_for_room() and not waited:
                await cancel_shielded_checkpoint()

    async def _wait_for_room(self) -> bool:
        """Wait until all bytes are with the system. Whether there was anything to wait for."""
        waits = not self._protocol.write_event.is_set()
        if waits:
            await self._protocol.write_event.wait()
        self._require_usable()  # what was in the transport may be lost
        return waits

    async def send_eof(self) -> None:
        try:
            self._transport.write_eof()
        except OSError:
            pass  # the connection is gone, and so the other side knows

    async def aclose(self) -> None:
        self._closed = True
        self._transport.abort()
        await checkpoint()


async def wrap_connected(sock: socket.socket) -> SocketStream:
    """A stream of a socket that is connected."""
    transport, protocol = await get_running_loop().create_connection(StreamProtocol, sock=sock)
    return SocketStream(transport, protocol)


async def connect_tcp(
    host: str, port: int, local_address: tuple[str, int] | None = None
) -> SocketStream:
    """Connect to one address."""
    loop: Any = get_running_loop()
    transport, protocol = await loop.create_connection(
        StreamProtocol, host, port, local_addr=local_address
    )
    transport.pause_reading()
    return SocketStream(transport, protocol)


class TCPSocketListener(abc.SocketListener):
    """A listening TCP socket."""

    def __init__(self, raw_socket: socket.socket) -> None:
        self.__raw_socket = raw_socket
        self._loop = get_running_loop()
        self._accept_guard = ResourceGuard("accepting connections from")
        self._accept_scope: CancelScope | None = None
        self._closed = False

    @property
    def _raw_socket(self) -> socket.socket:
        return self.__raw_socket

    def _stop_watching(self) -> None:
        # Cancelling sock_accept() leaves the reader in the loop until its next turn (bpo-41317).
        try:
            self._loop.remove_reader(self.__raw_socket)
        except (ValueError, NotImplementedError):
            pass

    async def accept(self) -> abc.SocketStream:
        if self._closed:
            raise ClosedResourceError
        with self._accept_guard:
            await checkpoint()
            client: Any = None
            with CancelScope() as self._accept_scope:
                try:
                    client, _address = await self._loop.sock_accept(self.__raw_socket)
                except CancelledError:
                    self._stop_watching()
                    if self._closed:
                        raise ClosedResourceError from None
                    raise
                finally:
                    self._accept_scope = None
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport, protocol = await self._loop.connect_accepted_socket(StreamProtocol, client)
        return SocketStream(transport, protocol)

    async def aclose(self) -> None:
        self._closed = True
        if self._accept_scope is not None:
            self._stop_watching()
            self._accept_scope.cancel()
        try:
            await checkpoint()  # accept() leaves before its socket is gone
        finally:
            self.__raw_socket.close()
