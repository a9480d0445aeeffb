"""Sockets, pipes and processes on trio, with the errors of this package."""

from __future__ import annotations

import array
import socket
from contextlib import contextmanager
from io import IOBase
from typing import Any

import trio

from .. import abc
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream
from .._core._hosts import convert_ipv6_sockaddr
from .._core._synchronization import ResourceGuard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from signal import Signals

    from ..abc import IPSockAddrType, UDPPacketType, UNIXDatagramPacketType


class ReceiveStreamWrapper(abc.ByteReceiveStream):
    """The reading end of a pipe."""

    def __init__(self, stream: trio.abc.ReceiveStream) -> None:
        self._stream = stream

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        with _our_errors():
            data = await self._stream.receive_some(max_bytes)
        if not data:
            raise EndOfStream
        return bytes(data)

    async def aclose(self) -> None:
        await self._stream.aclose()


class SendStreamWrapper(abc.ByteSendStream):
    """The writing end of a pipe."""

    def __init__(self, stream: trio.abc.SendStream) -> None:
        self._stream = stream

    async def send(self, item: bytes) -> None:
        with _our_errors():
            await self._stream.send_all(item)

    async def aclose(self) -> None:
        await self._stream.aclose()


@contextmanager
def _our_errors() -> Iterator[None]:
    """Raise our errors for trio's; what the system said stays the cause."""
    try:
        yield
    except trio.ClosedResourceError as error:
        raise ClosedResourceError from error.__cause__
    except trio.BrokenResourceError as error:
        raise BrokenResourceError from error.__cause__


class Process(abc.Process):
    """A child process of trio."""

    def __init__(
        self,
        process: trio.Process,
        stdin: abc.ByteSendStream | None,
        stdout: abc.ByteReceiveStream | None,
        stderr: abc.ByteReceiveStream | None,
    ) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr

    async def aclose(self) -> None:
        with trio.CancelScope(shield=True) as scope:
            for stream in (self._stdin, self._stdout, self._stderr):
                if stream is not None:
                    await stream.aclose()
            scope.shield = False
            try:
                await self.wait()
            except BaseException:
                scope.shield = True
                self.kill()
                await self.wait()
                raise

    async def wait(self) -> int:
        return await self._process.wait()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, signal: Signals) -> None:
        self._process.send_signal(signal)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    @property
    def stdin(self) -> abc.ByteSendStream | None:
        return self._stdin

    @property
    def stdout(self) -> abc.ByteReceiveStream | None:
        return self._stdout

    @property
    def stderr(self) -> abc.ByteReceiveStream | None:
        return self._stderr


class _TrioSocket:
    """What all sockets share: closing, and the errors."""

    _reading = "reading from"

    def __init__(self, trio_socket: trio.socket.SocketType) -> None:
        self._socket: Any = trio_socket
        self._closed = False
        self._receive_guard = ResourceGuard(self._reading)
        self._send_guard = ResourceGuard("writing to")

    @property
    def _raw_socket(self) -> socket.socket:
        raw: socket.socket = self._socket._sock
        return raw

    async def aclose(self) -> None:
        if self._socket.fileno() >= 0:
            self._closed = True
            self._socket.close()
        await trio.lowlevel.checkpoint()

    @contextmanager
    def _using(self, guard: ResourceGuard) -> Iterator[None]:
        """One task at a time; an error of a closed socket says that it is closed."""
        with guard:
            try:
                if self._closed:
                    raise ClosedResourceError
                yield
            except trio.ClosedResourceError as error:
                raise ClosedResourceError from error
            except OSError as error:
                if self._closed or self._socket.fileno() < 0:
                    raise ClosedResourceError from None
                raise BrokenResourceError from error

    def _receiving(self) -> Any:
        return self._using(self._receive_guard)

    def _sending(self) -> Any:
        return self._using(self._send_guard)


class SocketStream(_TrioSocket, abc.SocketStream):
    """A connected TCP socket; also the base of UNIX ones."""

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        with self._receiving():
            data: bytes = await self._socket.recv(max_bytes)
        if not data:
            raise EndOfStream
        return data

    async def send(self, item: bytes) -> None:
        with self._sending():
            await self._send_all(memoryview(item))

    async def _send_all(self, rest: memoryview) -> None:
        while rest:
            rest = rest[await self._socket.send(rest) :]

    async def send_eof(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)


class UNIXSocketStream(SocketStream, abc.UNIXSocketStream):
    """A connected UNIX socket."""

    async def receive_fds(self, msglen: int, maxfds: int) -> tuple[bytes, list[int]]:
        if not isinstance(msglen, int) or msglen < 0:
            raise ValueError("msglen must be a non-negative integer")
        if not isinstance(maxfds, int) or maxfds < 1:
            raise ValueError("maxfds must be a positive integer")
        fds = array.array("i")
        with self._receiving():
            message, ancillary, *_ = await self._socket.recvmsg(
                msglen, socket.CMSG_LEN(maxfds * fds.itemsize)
            )
        if not message and not ancillary:
            raise EndOfStream
        for level, kind, data in ancillary:
            if level != socket.SOL_SOCKET or kind != socket.SCM_RIGHTS:
                raise RuntimeError(
                    f"Received unexpected ancillary data; message = {message!r}, "
                    f"cmsg_level = {level}, cmsg_type = {kind}"
                )
            # The kernel may have cut the last one off.
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
        return message, list(fds)

    async def send_fds(self, message: bytes, fds: Collection[int | IOBase]) -> None:
        if not message:
            raise ValueError("message must not be empty")
        if not fds:
            raise ValueError("fds must not be empty")
        numbers = array.array("i", [fd if isinstance(fd, int) else fd.fileno() for fd in fds])
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
        with self._sending():
            # The descriptors go with the first part; the kernel may take only some of the bytes.
            sent = await self._socket.sendmsg([message], ancillary)
            await self._send_all(memoryview(message)[sent:])


class TCPSocketListener(_TrioSocket, abc.SocketListener):
    """A listening TCP socket."""

    _reading = "accepting connections from"

    async def accept(self) -> SocketStream:
        with self._receiving():
            accepted, _ = await self._socket.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketStream(accepted)


class UNIXSocketListener(_TrioSocket, abc.SocketListener):
    """A listening UNIX socket."""

    _reading = "accepting connections from"

    async def accept(self) -> UNIXSocketStream:
        with self._receiving():
            accepted, _ = await self._socket.accept()
        return UNIXSocketStream(accepted)


class UDPSocket(_TrioSocket, abc.UDPSocket):
    """A UDP socket."""

    async def receive(self) -> tuple[bytes, IPSockAddrType]:
        with self._receiving():
            data, address = await self._socket.recvfrom(65536)
        return data, convert_ipv6_sockaddr(address)

    async def send(self, item: UDPPacketType) -> None:
        with self._sending():
            await self._socket.sendto(*item)


class _ConnectedDatagrams(_TrioSocket):
    async def receive(self) -> bytes:
        with self._receiving():
            data: bytes = await self._socket.recv(65536)
        return data

    async def send(self, item: bytes) -> None:
        with self._sending():
            await self._socket.send(item)


class ConnectedUDPSocket(_ConnectedDatagrams, abc.ConnectedUDPSocket):
    """A UDP socket with a fixed peer."""


class UNIXDatagramSocket(_TrioSocket, abc.UNIXDatagramSocket):
    """A UNIX datagram socket."""

    async def receive(self) -> UNIXDatagramPacketType:
        with self._receiving():
            data, address = await self._socket.recvfrom(65536)
        return data, address

    async def send(self, item: UNIXDatagramPacketType) -> None:
        with self._sending():
            await self._socket.sendto(*item)


class ConnectedUNIXDatagramSocket(_ConnectedDatagrams, abc.ConnectedUNIXDatagramSocket):
    """A UNIX datagram socket with a fixed peer."""
