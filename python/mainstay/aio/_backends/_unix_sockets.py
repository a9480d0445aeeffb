"""UNIX sockets on asyncio: streams, datagrams and a listener that use the socket directly.

Each call tries at once, and asks the loop to watch the socket only when it would block.
"""

from __future__ import annotations

import array
import asyncio
import socket
from asyncio import get_running_loop
from functools import partial
from io import IOBase
from typing import TypeVar

from .. import abc
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream
from .._core._synchronization import ResourceGuard
from .._native import checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from ..abc import UNIXDatagramPacketType

T = TypeVar("T")

_LONGEST_DATAGRAM = 65536


class _RawSocket:
    """A socket, and the future of the task that waits at either end of it."""

    def __init__(self, raw_socket: socket.socket) -> None:
        self.__raw_socket = raw_socket
        self._receive_guard = ResourceGuard("reading from")
        self._send_guard = ResourceGuard("writing to")
        self._closing = False
        self._watched: dict[asyncio.Future[None], Callable[[], object]] = {}

    @property
    def _raw_socket(self) -> socket.socket:
        return self.__raw_socket

    async def _retry(self, reading: bool, call: Callable[[], T]) -> T:
        """Call until it would not block; its errors say that the socket is closed or broken."""
        while True:
            try:
                return call()
            except BlockingIOError:
                await self._wait_until_ready(reading)
            except OSError as error:
                if self._closing:
                    raise ClosedResourceError from None
                raise BrokenResourceError from error

    async def _wait_until_ready(self, reading: bool) -> None:
        loop = get_running_loop()
        if reading:
            add, remove = loop.add_reader, loop.remove_reader
        else:
            add, remove = loop.add_writer, loop.remove_writer
        ready: asyncio.Future[None] = loop.create_future()
        descriptor = self.__raw_socket.fileno()
        add(descriptor, _set, ready)
        self._watched[ready] = partial(remove, descriptor)
        try:
            await ready
        finally:
            self._stop_watching(ready)

    def _stop_watching(self, ready: asyncio.Future[None]) -> None:
        stop = self._watched.pop(ready, None)
        if stop is not None:
            stop()

    async def aclose(self) -> None:
        """Close the socket; a task that waits for it gets ClosedResourceError."""
        self._closing = True
        for ready in list(self._watched):  # before the descriptor can mean another file
            self._stop_watching(ready)
            _set(ready)
        self.__raw_socket.close()
        await checkpoint()


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class UNIXSocketStream(_RawSocket, abc.UNIXSocketStream):
    """A connection by a UNIX socket, which can also carry file descriptors."""

    async def send_eof(self) -> None:
        with self._send_guard:
            self._raw_socket.shutdown(socket.SHUT_WR)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        await checkpoint()
        with self._receive_guard:
            chunk = await self._retry(True, lambda: self._raw_socket.recv(max_bytes))
        if not chunk:
            raise EndOfStream
        return chunk

    async def send(self, item: bytes) -> None:
        await checkpoint()
        with self._send_guard:
            left = memoryview(item)
            while left:
                left = left[await self._retry(False, lambda: self._raw_socket.send(left)) :]  # noqa: B023

    async def receive_fds(self, msglen: int, maxfds: int) -> tuple[bytes, list[int]]:
        if not isinstance(msglen, int) or msglen < 0:
            raise ValueError("msglen must be a non-negative integer")
        if not isinstance(maxfds, int) or maxfds < 1:
            raise ValueError("maxfds must be a positive integer")
        found = array.array("i")
        room = socket.CMSG_LEN(maxfds * found.itemsize)
        await checkpoint()
        with self._receive_guard:
            message, beside, _flags, _address = await self._retry(
                True, lambda: self._raw_socket.recvmsg(msglen, room)
            )
        if not message and not beside:
            raise EndOfStream
        for level, kind, data in beside:
            if (level, kind) != (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                raise RuntimeError(
                    f"Received unexpected ancillary data; message = {message!r}, "
                    f"cmsg_level = {level}, cmsg_type = {kind}"
                )
            found.frombytes(data[: len(data) // found.itemsize * found.itemsize])
        return message, found.tolist()

    async def send_fds(self, message: bytes, fds: Collection[int | IOBase]) -> None:
        if not message:
            raise ValueError("message must not be empty")
        if not fds:
            raise ValueError("fds must not be empty")
        numbers = array.array("i", [fd if isinstance(fd, int) else fd.fileno() for fd in fds])
        beside: list[Any] = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
        await checkpoint()
        with self._send_guard:
            left = memoryview(message)
            while left:
                sent = await self._retry(
                    False,
                    lambda: self._raw_socket.sendmsg([left], beside),  # noqa: B023
                )
                left, beside = left[sent:], []  # the descriptors go with the first bytes


class UNIXDatagramSocket(_RawSocket, abc.UNIXDatagramSocket):
    """A UNIX datagram socket; each packet has an address."""

    async def receive(self) -> UNIXDatagramPacketType:
        await checkpoint()
        with self._receive_guard:
            return await self._retry(True, lambda: self._raw_socket.recvfrom(_LONGEST_DATAGRAM))

    async def send(self, item: UNIXDatagramPacketType) -> None:
        await checkpoint()
        with self._send_guard:
            await self._retry(False, lambda: self._raw_socket.sendto(*item))


class ConnectedUNIXDatagramSocket(_RawSocket, abc.ConnectedUNIXDatagramSocket):
    """A UNIX datagram socket that talks to one address."""

    async def receive(self) -> bytes:
        await checkpoint()
        with self._receive_guard:
            return await self._retry(True, lambda: self._raw_socket.recv(_LONGEST_DATAGRAM))

    async def send(self, item: bytes) -> None:
        await checkpoint()
        with self._send_guard:
            await self._retry(False, lambda: self._raw_socket.send(item))


class UNIXSocketListener(_RawSocket, abc.SocketListener):
    """A listening UNIX socket."""

    def __init__(self, raw_socket: socket.socket) -> None:
        super().__init__(raw_socket)
        self._receive_guard.action = "accepting connections from"

    async def accept(self) -> abc.SocketStream:
        await checkpoint()
        with self._receive_guard:
            client, _address = await self._retry(True, self._raw_socket.accept)
        client.setblocking(False)
        return UNIXSocketStream(client)


async def connect(raw_socket: socket.socket, path: str | bytes) -> None:
    """Connect a socket that does not block; closes it when that fails."""
    loop = get_running_loop()
    try:
        while True:
            try:
                raw_socket.connect(path)
                return
            except BlockingIOError:
                ready: asyncio.Future[None] = loop.create_future()
                loop.add_writer(raw_socket, _set, ready)
                try:
                    await ready
                finally:
                    loop.remove_writer(raw_socket)
    except BaseException:
        raw_socket.close()
        raise
