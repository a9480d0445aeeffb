"""Sockets with buffers: receiving until a delimiter, a size or the end, and netstrings.

Both classes wrap a connected stream socket and may be shared by threads, one of which receives and
one of which sends at a time. What was received stays buffered when an operation fails. Timeouts
are in seconds; None waits without limit, and 0 does not wait.
"""

from __future__ import annotations

import socket
import time
from threading import RLock

from .typeutils import make_sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "DEFAULT_MAXSIZE",
    "DEFAULT_TIMEOUT",
    "BufferedSocket",
    "ConnectionClosed",
    "Error",
    "MessageTooLong",
    "NetstringInvalidSize",
    "NetstringMessageTooLong",
    "NetstringProtocolError",
    "NetstringSocket",
    "Timeout",
]

_UNSET = make_sentinel(var_name="_UNSET")

DEFAULT_TIMEOUT = 10  # seconds
DEFAULT_MAXSIZE = 32 * 1024  # bytes
_RECV_LARGE_MAXSIZE = 1024**5


class _Deadline:
    """The time an operation may take, put on the socket before each of its steps."""

    def __init__(self, sock: Any, timeout: float | None) -> None:
        self._sock = sock
        self._timeout = timeout
        self._end = time.monotonic() + timeout if timeout else None

    def apply(self) -> None:
        """Raises `socket.timeout` if no time is left."""
        if self._end is None:
            self._sock.settimeout(self._timeout)
            return
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)


class BufferedSocket:
    """A stream socket with buffers for both directions.

    `timeout` is the default of all operations (the socket's own if that is set, else 10 seconds),
    `maxsize` how many bytes a message may have, `recvsize` how many are asked of the socket at a
    time (default: `maxsize`). `timeout` and `maxsize` can be given per call; None means no limit.
    Errors are subclasses of `OSError`: `Timeout`, `ConnectionClosed`, `MessageTooLong`.
    """

    def __init__(
        self,
        sock: Any,
        timeout: Any = _UNSET,
        maxsize: int = DEFAULT_MAXSIZE,
        recvsize: Any = _UNSET,
    ) -> None:
        self.sock = sock
        self.rbuf = b""
        self.sbuf: list[bytes] = []
        self.maxsize = maxsize
        if timeout is _UNSET:
            own = sock.gettimeout()
            timeout = DEFAULT_TIMEOUT if own is None else own
        self.timeout: float | None = timeout
        self._recvsize: int = maxsize if recvsize is _UNSET else recvsize
        self._recv_lock = RLock()
        self._send_lock = RLock()

    def settimeout(self, timeout: float | None) -> None:
        """Set the default timeout."""
        self.timeout = timeout

    def gettimeout(self) -> float | None:
        """The default timeout."""
        return self.timeout

    def setblocking(self, blocking: bool) -> None:
        """Wait without limit, or not at all."""
        self.settimeout(None if blocking else 0.0)

    def setmaxsize(self, maxsize: int) -> None:
        """Set how many bytes a message may have."""
        self.maxsize = maxsize

    def getrecvbuffer(self) -> bytes:
        """What was received and not yet returned."""
        with self._recv_lock:
            waiting = self.rbuf
        return waiting

    def getsendbuffer(self) -> bytes:
        """What is buffered and not yet sent."""
        with self._send_lock:
            chunks = tuple(self.sbuf)
        return b"".join(chunks)

    def _deadline(self, timeout: Any) -> tuple[float | None, _Deadline]:
        chosen: float | None = self.timeout if timeout is _UNSET else timeout
        return chosen, _Deadline(self.sock, chosen)

    def _limit(self, maxsize: Any) -> int:
        if maxsize is _UNSET:
            return self.maxsize
        limit: int = _RECV_LARGE_MAXSIZE if maxsize is None else maxsize
        return limit

    def _take(self, size: int, skip: int = 0) -> bytes:
        """Remove `size` bytes from the receive buffer, and `skip` behind them."""
        taken, self.rbuf = self.rbuf[:size], self.rbuf[size + skip :]
        return taken

    def recv(self, size: int, flags: int = 0, timeout: Any = _UNSET) -> bytes:
        """Up to `size` bytes from the buffer, or from one read if it is empty; b"" at the end."""
        if flags:
            raise ValueError(f"non-zero flags not supported: {flags!r}")
        with self._recv_lock:
            if not self.rbuf:
                chosen, deadline = self._deadline(timeout)
                try:
                    deadline.apply()
                    self.rbuf = self.sock.recv(self._recvsize)
                except TimeoutError:
                    raise Timeout(chosen) from None
            return self._take(size)

    def peek(self, size: int, timeout: Any = _UNSET) -> bytes:
        """The next `size` bytes, which stay in the buffer."""
        with self._recv_lock:
            data = self.recv_size(size, timeout=timeout)
            self.rbuf = data + self.rbuf
            return data

    def recv_close(self, timeout: Any = _UNSET, maxsize: Any = _UNSET) -> bytes:
        """All bytes until the other end closes; raises `MessageTooLong` for more than `maxsize`."""
        limit = self._limit(maxsize)
        with self._recv_lock:
            try:
                data = self.recv_size(limit + 1, timeout)
            except ConnectionClosed:
                return self._take(len(self.rbuf))
            self.rbuf = data + self.rbuf
            raise MessageTooLong(limit)

    def recv_until(
        self,
        delimiter: bytes,
        timeout: Any = _UNSET,
        maxsize: Any = _UNSET,
        with_delimiter: bool = False,
    ) -> bytes:
        """The bytes before `delimiter`, and it too if `with_delimiter`; it leaves the buffer.

        Raises `MessageTooLong` if it does not end within the first `maxsize` bytes.
        """
        limit = self._limit(maxsize)
        with self._recv_lock:
            chosen, deadline = self._deadline(timeout)
            data = bytearray(self.rbuf)
            searched = 0
            try:
                while True:
                    found = data.find(delimiter, searched, limit)
                    if found != -1:
                        break
                    if len(data) >= limit:
                        raise MessageTooLong(limit, delimiter)
                    # The delimiter may have begun in what is there.
                    searched = max(0, len(data) - len(delimiter) + 1)
                    deadline.apply()
                    received = self.sock.recv(self._recvsize)
                    if not received:
                        raise ConnectionClosed(
                            f"connection closed after reading {len(data)} bytes without finding"
                            f" symbol: {delimiter!r}"
                        )
                    data += received
            except TimeoutError:
                extra = f"read {len(data)} bytes without finding delimiter: {delimiter!r}"
                raise Timeout(chosen, extra) from None
            finally:
                self.rbuf = bytes(data)
            if with_delimiter:
                return self._take(found + len(delimiter))
            return self._take(found, len(delimiter))

    def recv_size(self, size: int, timeout: Any = _UNSET) -> bytes:
        """Exactly `size` bytes."""
        with self._recv_lock:
            if len(self.rbuf) >= size:
                return self._take(max(size, 0))
            chosen, deadline = self._deadline(timeout)
            data = bytearray(self.rbuf)
            try:
                while len(data) < size:
                    deadline.apply()
                    received = self.sock.recv(self._recvsize)
                    if not received:
                        raise ConnectionClosed(
                            f"connection closed after reading {len(data)} of {size} requested bytes"
                        )
                    data += received
            except TimeoutError:
                raise Timeout(chosen, f"read {len(data)} of {size} bytes") from None
            finally:
                self.rbuf = bytes(data)
            return self._take(size)

    def send(self, data: bytes, flags: int = 0, timeout: Any = _UNSET) -> int:
        """Send what is buffered and `data`; returns how many bytes that were.

        What could not be sent stays buffered.
        """
        if flags:
            raise ValueError("non-zero flags not supported")
        with self._send_lock:
            chosen, deadline = self._deadline(timeout)
            pending = memoryview(b"".join([*self.sbuf, data]))
            total, sent = len(pending), 0
            try:
                while sent < total:
                    deadline.apply()
                    sent += self.sock.send(pending[sent:])
            except TimeoutError:
                raise Timeout(chosen, f"{total - sent} bytes unsent") from None
            finally:
                self.sbuf = [bytes(pending[sent:])] if sent < total else []
            return total

    def sendall(self, data: bytes, flags: int = 0, timeout: Any = _UNSET) -> int:
        """The same as `send`."""
        return self.send(data, flags, timeout)

    def flush(self) -> None:
        """Send what is buffered."""
        self.send(b"")

    def buffer(self, data: bytes) -> None:
        """Keep `data` for the next time something is sent."""
        with self._send_lock:
            self.sbuf.append(data)

    def getsockname(self) -> Any:
        """The address of this end."""
        return self.sock.getsockname()

    def getpeername(self) -> Any:
        """The address of the other end."""
        return self.sock.getpeername()

    def getsockopt(self, level: int, optname: int, buflen: int | None = None) -> Any:
        """An option of the socket."""
        arguments = (level, optname) if buflen is None else (level, optname, buflen)
        return self.sock.getsockopt(*arguments)

    def setsockopt(self, level: int, optname: int, value: Any) -> None:
        """Set an option of the socket."""
        self.sock.setsockopt(level, optname, value)

    @property
    def type(self) -> Any:
        """The type of the socket."""
        return self.sock.type

    @property
    def family(self) -> Any:
        """The address family of the socket."""
        return self.sock.family

    @property
    def proto(self) -> Any:
        """The protocol of the socket."""
        return self.sock.proto

    def fileno(self) -> int:
        """The descriptor, for event loops, which do not know what is buffered; -1 if closed."""
        descriptor: int = self.sock.fileno()
        return descriptor

    def close(self) -> None:
        """Close the socket and empty the buffers; nothing is sent."""
        with self._recv_lock, self._send_lock:
            self.rbuf = b""
            self.sbuf = []
            self.sock.close()

    def shutdown(self, how: int) -> None:
        """Shut down one or both directions of the socket."""
        with self._recv_lock, self._send_lock:
            self.sock.shutdown(how)


class Error(OSError):
    """Base of the errors of this module."""


class ConnectionClosed(Error):
    """The other end closed while more bytes were expected."""


class MessageTooLong(Error):
    """More bytes came than a message may have."""

    def __init__(self, bytes_read: int | None = None, delimiter: bytes | None = None) -> None:
        parts = ["message exceeded maximum size"]
        if bytes_read is not None:
            parts.append(f"{bytes_read} bytes read")
        if delimiter is not None:
            parts.append(f"Delimiter not found: {delimiter!r}")
        super().__init__(". ".join(parts))


class Timeout(socket.timeout, Error):
    """An operation took longer than it may."""

    def __init__(self, timeout: float | None, extra: str = "") -> None:
        text = "socket operation timed out"
        if timeout is not None:
            text += f" after {timeout * 1000}ms."
        super().__init__(f"{text} {extra}" if extra else text)


class NetstringSocket:
    """Sends and receives netstrings, such as `5:hello,`, over a stream socket."""

    def __init__(
        self, sock: Any, timeout: float | None = DEFAULT_TIMEOUT, maxsize: int = DEFAULT_MAXSIZE
    ) -> None:
        self.bsock = BufferedSocket(sock, timeout=timeout)
        self.timeout = timeout
        self.setmaxsize(maxsize)

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return self.bsock.fileno()

    def settimeout(self, timeout: float | None) -> None:
        """Set the default timeout."""
        self.timeout = timeout
        self.bsock.settimeout(timeout)

    def setmaxsize(self, maxsize: int) -> None:
        """Set how many bytes a message may have."""
        self.maxsize = maxsize

    def read_ns(self, timeout: Any = _UNSET, maxsize: Any = _UNSET) -> bytes:
        """Receive one message.

        Raises `NetstringInvalidSize`, `NetstringMessageTooLong` or `NetstringProtocolError`; it is
        best to close the connection then.
        """
        timeout = self.timeout if timeout is _UNSET else timeout
        maxsize = self.maxsize if maxsize is _UNSET else maxsize
        digits = len(f"{maxsize}")  # no size that is allowed has more; the colon adds one
        prefix = self.bsock.recv_until(b":", timeout=timeout, maxsize=digits + 1)
        try:
            size = int(prefix)
        except ValueError:
            size = -1
        if size < 0:
            raise NetstringInvalidSize(
                f"netstring message size must be valid integer, not {prefix!r}"
            )
        if size > maxsize:
            raise NetstringMessageTooLong(size, maxsize)
        payload = self.bsock.recv_size(size, timeout=timeout)
        if self.bsock.recv(1, timeout=timeout) != b",":
            raise NetstringProtocolError("expected trailing ',' after message")
        return payload

    def write_ns(self, payload: bytes) -> None:
        """Send one message; raises `NetstringMessageTooLong` for one that is too long."""
        if len(payload) > self.maxsize:
            raise NetstringMessageTooLong(len(payload), self.maxsize)
        self.bsock.send(b"%d:%b," % (len(payload), payload))


class NetstringProtocolError(Error):
    """What came is no netstring."""


class NetstringInvalidSize(NetstringProtocolError):
    """What stands before the colon is no size."""


class NetstringMessageTooLong(NetstringProtocolError):
    """The size is more than a message may have."""

    def __init__(self, size: int, maxsize: int) -> None:
        super().__init__(f"netstring message length exceeds configured maxsize: {size} > {maxsize}")
