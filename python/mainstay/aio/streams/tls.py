"""TLS over any byte stream: sockets, memory streams, or another TLS stream.

The `ssl` module encrypts in memory; the wrapped stream carries what comes out. One task may send
while another receives.
"""

from __future__ import annotations

__all__ = ("TLSAttribute", "TLSConnectable", "TLSListener", "TLSStream")

import logging
import ssl
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, TypeVar

from .. import to_thread
from .._core._eventloop import get_cancelled_exc_class
from .._core._exceptions import BrokenResourceError, EndOfStream
from .._core._hosts import idna2008_resolve
from .._core._resources import aclose_forcefully
from .._core._tasks import fail_after
from .._core._typedattr import TypedAttributeSet, typed_attribute
from ..abc import ByteStream, ByteStreamConnectable, Listener

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from typing_extensions import TypeVarTuple, Unpack

    from ..abc import AnyByteStream, AnyByteStreamConnectable, TaskGroup

    PosArgsT = TypeVarTuple("PosArgsT")

T_Retval = TypeVar("T_Retval")
_PCTRTT: TypeAlias = tuple[tuple[str, str], ...]
_PCTRTTT: TypeAlias = tuple[_PCTRTT, ...]

# Programs configure the logger by the name they know.
_logger = logging.getLogger("anyio.streams.tls")


class TLSAttribute(TypedAttributeSet):
    """Attributes of an encrypted stream; most are results of methods of `ssl.SSLObject`."""

    alpn_protocol: str | None = typed_attribute()
    channel_binding_tls_unique: bytes = typed_attribute()
    cipher: tuple[str, str, int] = typed_attribute()
    peer_certificate: dict[str, str | _PCTRTTT | _PCTRTT] | None = typed_attribute()
    peer_certificate_binary: bytes | None = typed_attribute()
    server_side: bool = typed_attribute()
    shared_ciphers: list[tuple[str, str, int]] | None = typed_attribute()
    ssl_object: ssl.SSLObject = typed_attribute()
    standard_compatible: bool = typed_attribute()
    tls_version: str = typed_attribute()


def _default_context(server_side: bool) -> ssl.SSLContext:
    purpose = ssl.Purpose.CLIENT_AUTH if server_side else ssl.Purpose.SERVER_AUTH
    context = ssl.create_default_context(purpose)
    # Some releases of Python hide that a peer broke the connection off; a cut must be seen.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context


@dataclass(eq=False)
class TLSStream(ByteStream):
    """An encrypted stream over `transport_stream`. Made by `TLSStream.wrap`.

    A `send` that is cancelled may have left a part of a record unsent: the stream then refuses all
    further use with BrokenResourceError.
    """

    transport_stream: AnyByteStream
    standard_compatible: bool
    _ssl_object: ssl.SSLObject
    _read_bio: ssl.MemoryBIO
    _write_bio: ssl.MemoryBIO
    _broken: bool = field(default=False, init=False)

    @classmethod
    async def wrap(
        cls,
        transport_stream: AnyByteStream,
        *,
        server_side: bool | None = None,
        hostname: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        standard_compatible: bool = True,
    ) -> TLSStream:
        """Do the handshake over `transport_stream` and return the encrypted stream.

        `hostname` is what the certificate must be for; without it and `server_side` this is the
        server's side. The default context checks certificates. Without `standard_compatible` the
        end of the stream need not be announced, by either side. ssl.SSLError when the handshake
        fails.
        """
        is_server = not hostname if server_side is None else server_side
        context = ssl_context or _default_context(is_server)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        # `ssl` itself would translate a name by the rules of 2003, and match another host.
        name = None if hostname is None else idna2008_resolve(hostname)
        if type(context) is ssl.SSLContext:
            engine = context.wrap_bio(
                incoming, outgoing, server_side=is_server, server_hostname=name
            )
        else:
            # A context of another package may read certificates here.
            engine = await to_thread.run_sync(
                context.wrap_bio, incoming, outgoing, is_server, name, None
            )
        stream = cls(
            transport_stream=transport_stream,
            standard_compatible=standard_compatible,
            _ssl_object=engine,
            _read_bio=incoming,
            _write_bio=outgoing,
        )
        await stream._call_sslobject_method(engine.do_handshake)
        return stream

    async def _flush(self) -> None:
        """Send what the engine has written."""
        if not self._write_bio.pending:
            return
        try:
            await self.transport_stream.send(self._write_bio.read())
        except BaseException:
            # A record is lost: the other side could not decrypt anything that followed.
            self._broken = True
            raise

    async def _feed(self) -> None:
        """Give the engine what the other side sends next."""
        try:
            await self._flush()
            self._read_bio.write(await self.transport_stream.receive())
        except EndOfStream:
            self._read_bio.write_eof()
        except OSError as error:
            self._end_bios()
            raise BrokenResourceError from error

    def _end_bios(self) -> None:
        self._read_bio.write_eof()
        self._write_bio.write_eof()

    async def _call_sslobject_method(
        self, func: Callable[[Unpack[PosArgsT]], T_Retval], *args: Unpack[PosArgsT]
    ) -> T_Retval:
        """Call a method of the engine until it needs no more bytes from the other side."""
        while not self._broken:
            try:
                result = func(*args)
            except ssl.SSLWantReadError:
                await self._feed()
            except ssl.SSLWantWriteError:
                await self._flush()
            except ssl.SSLSyscallError as error:
                self._end_bios()
                raise BrokenResourceError from error
            except ssl.SSLError as error:
                self._end_bios()
                cut_off = isinstance(error, ssl.SSLEOFError) or (
                    "UNEXPECTED_EOF_WHILE_READING" in (error.strerror or "")
                )
                if not cut_off:
                    raise
                if self.standard_compatible:
                    raise BrokenResourceError from error
                raise EndOfStream from None
            else:
                await self._flush()
                return result
        raise BrokenResourceError

    async def unwrap(self) -> tuple[AnyByteStream, bytes]:
        """End the encryption with the closing handshake.

        Returns the wrapped stream and what was received of it already.
        """
        await self._call_sslobject_method(self._ssl_object.unwrap)
        self._end_bios()
        return self.transport_stream, self._read_bio.read()

    async def aclose(self) -> None:
        # Until the farewell is said, or known not to be due, the close is one that skips it below.
        close: Callable[[], Awaitable[None]] = partial(aclose_forcefully, self.transport_stream)
        try:
            if self.standard_compatible and not self._broken:
                await self.unwrap()
            close = self.transport_stream.aclose
        finally:
            await close()

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        read = self._ssl_object.read
        if received := await self._call_sslobject_method(read, max_bytes):
            return received
        raise EndOfStream

    async def send(self, item: bytes) -> None:
        await self._call_sslobject_method(self._ssl_object.write, item)

    async def send_eof(self) -> None:
        """Not possible: TLS before 1.3 ends both directions at once, and `ssl` does so always."""
        version = self._ssl_object.version() or ""
        if version.startswith("TLSv1") and version < "TLSv1.3":
            raise NotImplementedError(
                f"send_eof() requires at least TLSv1.3; current session uses {version}"
            )
        raise NotImplementedError("send_eof() has not yet been implemented for TLS streams")

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        engine = self._ssl_object
        return {
            **self.transport_stream.extra_attributes,
            TLSAttribute.alpn_protocol: engine.selected_alpn_protocol,
            TLSAttribute.channel_binding_tls_unique: engine.get_channel_binding,
            TLSAttribute.cipher: engine.cipher,
            # The keys are plain objects, whatever the type of their values.
            TLSAttribute.peer_certificate: lambda: (  # pyright: ignore[reportUnhashable]
                engine.getpeercert(False)
            ),
            TLSAttribute.peer_certificate_binary: lambda: engine.getpeercert(True),
            TLSAttribute.server_side: lambda: engine.server_side,
            TLSAttribute.shared_ciphers: lambda: (  # pyright: ignore[reportUnhashable]
                engine.shared_ciphers() if engine.server_side else None
            ),
            TLSAttribute.standard_compatible: lambda: self.standard_compatible,
            TLSAttribute.ssl_object: lambda: engine,
            TLSAttribute.tls_version: engine.version,
        }


async def _connect_tls(
    stream: AnyByteStream,
    hostname: str | None,
    context: ssl.SSLContext | None,
    standard_compatible: bool,
) -> TLSStream:
    """Do the client's handshake over `stream`, which is closed when that fails."""
    try:
        return await TLSStream.wrap(
            stream,
            server_side=False,
            hostname=hostname,
            ssl_context=context,
            standard_compatible=standard_compatible,
        )
    except BaseException:
        await aclose_forcefully(stream)
        raise


@dataclass(eq=False)
class TLSListener(Listener[TLSStream]):
    """Does the server's handshake on every connection of `listener`, within a time limit.

    A subclass may override `handle_handshake_error`.
    """

    listener: Listener[Any]
    ssl_context: ssl.SSLContext
    standard_compatible: bool = True
    handshake_timeout: float = 30

    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: AnyByteStream) -> None:
        """Close the connection; log an error, and pass on what is more than an error.

        The log line goes to the logger "anyio.streams.tls".
        """
        await aclose_forcefully(stream)
        if isinstance(exc, get_cancelled_exc_class()):
            raise
        # The exception is named, because a scope between may have changed the current one.
        _logger.exception("Error during TLS handshake", exc_info=exc)
        if not isinstance(exc, Exception):
            raise

    async def _shake_hands(self, stream: AnyByteStream) -> TLSStream | None:
        """The encrypted stream, or None if the handshake failed and that has been dealt with."""
        wrap = partial(
            TLSStream.wrap,
            ssl_context=self.ssl_context,
            standard_compatible=self.standard_compatible,
        )
        try:
            with fail_after(self.handshake_timeout):
                return await wrap(stream)
        except BaseException as error:
            await self.handle_handshake_error(error, stream)
        return None

    async def serve(
        self, handler: Callable[[TLSStream], Any], task_group: TaskGroup | None = None
    ) -> None:
        async def greet(stream: AnyByteStream) -> None:
            encrypted = await self._shake_hands(stream)
            if encrypted is not None:
                await handler(encrypted)

        # Tasks are named after the handler, not after this function.
        greet.__module__ = getattr(handler, "__module__", __name__)
        greet.__qualname__ = getattr(handler, "__qualname__", "handler")
        await self.listener.serve(greet, task_group)

    async def aclose(self) -> None:
        await self.listener.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {TLSAttribute.standard_compatible: lambda: self.standard_compatible}


class TLSConnectable(ByteStreamConnectable):
    """Connects what it wraps, and does the client's handshake; see `TLSStream.wrap`."""

    def __init__(
        self,
        connectable: AnyByteStreamConnectable,
        *,
        hostname: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        standard_compatible: bool = True,
    ) -> None:
        if ssl_context is not None and not isinstance(ssl_context, ssl.SSLContext):
            kind = type(ssl_context).__name__
            raise TypeError(f"ssl_context must be an instance of ssl.SSLContext, not {kind}")
        self.connectable = connectable
        self.hostname = hostname
        self.ssl_context = ssl_context or _default_context(server_side=False)
        self.standard_compatible = standard_compatible

    async def connect(self) -> TLSStream:
        below = await self.connectable.connect()
        return await _connect_tls(below, self.hostname, self.ssl_context, self.standard_compatible)
