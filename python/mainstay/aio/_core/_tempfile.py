"""Temporary files and directories, made and removed in worker threads."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from io import BytesIO, TextIOWrapper
from typing import Any, AnyStr, Generic, cast, overload

from ..lowlevel import checkpoint_if_cancelled
from ..to_thread import run_sync
from ._fileio import AsyncFile
from ._tasks import CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from _typeshed import OpenBinaryMode, OpenTextMode, ReadableBuffer


def _arguments(scope: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an `__init__` by name, for the function of `tempfile` that takes them."""
    ours = ("self", "__class__", "max_size")
    return {name: value for name, value in scope.items() if name not in ours}


class TemporaryFile(Generic[AnyStr]):
    """A file without a name that is gone when it is closed; `async with` gives the open file.

    The arguments are those of `tempfile.TemporaryFile`.
    """

    _async_file: AsyncFile[AnyStr]

    @overload
    def __init__(
        self: TemporaryFile[bytes],
        mode: OpenBinaryMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        *,
        errors: str | None = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: TemporaryFile[str],
        mode: OpenTextMode,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        *,
        errors: str | None = ...,
    ) -> None: ...

    def __init__(
        self,
        mode: OpenTextMode | OpenBinaryMode = "w+b",
        buffering: int = -1,
        encoding: str | None = None,
        newline: str | None = None,
        suffix: str | None = None,
        prefix: str | None = None,
        dir: str | None = None,
        *,
        errors: str | None = None,
    ) -> None:
        self._options = _arguments(locals())

    async def __aenter__(self) -> AsyncFile[AnyStr]:
        made: Any = await run_sync(partial(tempfile.TemporaryFile, **self._options))
        self._async_file = AsyncFile(made)
        return self._async_file

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._async_file.aclose()


class NamedTemporaryFile(Generic[AnyStr]):
    """A file with a name (`.name`) that is removed when it is closed, unless told otherwise.

    The arguments are those of `tempfile.NamedTemporaryFile`; `delete_on_close` works from Python
    3.12 on.
    """

    _async_file: AsyncFile[AnyStr]

    @overload
    def __init__(
        self: NamedTemporaryFile[bytes],
        mode: OpenBinaryMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        delete: bool = ...,
        *,
        errors: str | None = ...,
        delete_on_close: bool = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: NamedTemporaryFile[str],
        mode: OpenTextMode,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        delete: bool = ...,
        *,
        errors: str | None = ...,
        delete_on_close: bool = ...,
    ) -> None: ...

    def __init__(
        self,
        mode: OpenBinaryMode | OpenTextMode = "w+b",
        buffering: int = -1,
        encoding: str | None = None,
        newline: str | None = None,
        suffix: str | None = None,
        prefix: str | None = None,
        dir: str | None = None,
        delete: bool = True,
        *,
        errors: str | None = None,
        delete_on_close: bool = True,
    ) -> None:
        self._options = _arguments(locals())
        if sys.version_info < (3, 12):
            del self._options["delete_on_close"]

    async def __aenter__(self) -> AsyncFile[AnyStr]:
        made: Any = await run_sync(partial(tempfile.NamedTemporaryFile, **self._options))
        self._async_file = AsyncFile(made)
        return self._async_file

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._async_file.aclose()
        if not self._options.get("delete_on_close", True):
            # The context of the file below removes what its `close` was told to leave.
            with CancelScope(shield=True):
                wrapped: Any = self._async_file.wrapped
                await run_sync(wrapped.__exit__, exc_type, exc_value, traceback)


class SpooledTemporaryFile(AsyncFile[AnyStr]):
    """A temporary file that lives in memory until it is larger than `max_size` bytes.

    With 0 it stays in memory until `rollover` is called. The other arguments are those of
    `tempfile.SpooledTemporaryFile`.
    """

    _rolled: bool = False

    @overload
    def __init__(
        self: SpooledTemporaryFile[bytes],
        max_size: int = ...,
        mode: OpenBinaryMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        *,
        errors: str | None = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: SpooledTemporaryFile[str],
        max_size: int = ...,
        mode: OpenTextMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        newline: str | None = ...,
        suffix: str | None = ...,
        prefix: str | None = ...,
        dir: str | None = ...,
        *,
        errors: str | None = ...,
    ) -> None: ...

    def __init__(
        self,
        max_size: int = 0,
        mode: OpenBinaryMode | OpenTextMode = "w+b",
        buffering: int = -1,
        encoding: str | None = None,
        newline: str | None = None,
        suffix: str | None = None,
        prefix: str | None = None,
        dir: str | None = None,
        *,
        errors: str | None = None,
    ) -> None:
        self._options = _arguments(locals())
        self._max_size = max_size
        memory: Any = BytesIO()
        if "b" not in mode:
            memory = TextIOWrapper(
                memory, encoding=encoding, errors=errors, newline=newline, write_through=True
            )
        super().__init__(memory)

    async def _run(self, method: str, *args: Any) -> Any:
        if self._rolled:
            return await super()._run(method, *args)
        # In memory nothing blocks.
        await checkpoint_if_cancelled()
        return getattr(self._fp, method)(*args)

    async def aclose(self) -> None:
        if self._rolled:
            await super().aclose()
        else:
            self._fp.close()

    async def _check(self) -> None:
        """Move the file to the disk if it has become too large."""
        if not self._rolled and self._max_size and self._fp.tell() > self._max_size:
            await self.rollover()

    def _move(self) -> Any:
        """In a thread: a file on the disk with the contents and the position of this one."""
        on_disk: Any = tempfile.TemporaryFile(**self._options)  # noqa: SIM115
        try:
            position = self._fp.tell()
            if isinstance(self._fp, TextIOWrapper):
                self._fp.flush()
                raw: Any = self._fp.buffer
                on_disk.buffer.write(raw.getvalue())
            else:
                on_disk.write(self._fp.getvalue())
            on_disk.seek(position)
        except BaseException:
            on_disk.close()
            raise
        return on_disk

    async def rollover(self) -> None:
        """Move the file to the disk now."""
        if self._rolled:
            return
        on_disk: Any = None
        with CancelScope(shield=True):
            on_disk = await run_sync(self._move)
        self._fp.close()
        self._fp = on_disk
        self._rolled = True
        await checkpoint_if_cancelled()

    @property
    def closed(self) -> bool:
        return bool(self._fp.closed)

    @overload
    async def write(self: SpooledTemporaryFile[bytes], b: ReadableBuffer) -> int: ...

    @overload
    async def write(self: SpooledTemporaryFile[str], b: str) -> int: ...

    async def write(self, b: ReadableBuffer | str) -> int:
        """Write, and move the file to the disk if it is too large then."""
        count: int = await self._run("write", b)
        await self._check()
        return count

    @overload
    async def writelines(
        self: SpooledTemporaryFile[bytes], lines: Iterable[ReadableBuffer]
    ) -> None: ...

    @overload
    async def writelines(self: SpooledTemporaryFile[str], lines: Iterable[str]) -> None: ...

    async def writelines(self, lines: Iterable[str] | Iterable[ReadableBuffer]) -> None:
        """Write all lines, and move the file to the disk if it is too large then."""
        await self._run("writelines", lines)
        await self._check()


class TemporaryDirectory(Generic[AnyStr]):
    """A directory that is removed with its contents at the end; `async with` gives its path.

    The arguments are those of `tempfile.TemporaryDirectory`. It is removed also when the task is
    cancelled.
    """

    def __init__(
        self,
        suffix: AnyStr | None = None,
        prefix: AnyStr | None = None,
        dir: AnyStr | None = None,
        *,
        ignore_cleanup_errors: bool = False,
        delete: bool = True,
    ) -> None:
        self._options: dict[str, Any] = {
            "suffix": suffix,
            "prefix": prefix,
            "dir": dir,
            "ignore_cleanup_errors": ignore_cleanup_errors,
        }
        if sys.version_info >= (3, 12):
            self._options["delete"] = delete
        self._delete = delete
        self._directory: tempfile.TemporaryDirectory[Any] | None = None

    async def __aenter__(self) -> str:
        made = await run_sync(partial(tempfile.TemporaryDirectory, **self._options))
        self._directory = made
        if sys.version_info < (3, 12) and not self._delete:
            finalizer: Any = made._finalizer  # type: ignore[attr-defined]
            finalizer.detach()
        name: str = made.name
        return name

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._delete:
            await self._remove()

    async def _remove(self) -> None:
        if self._directory is not None:
            with CancelScope(shield=True):
                await run_sync(self._directory.cleanup)

    async def cleanup(self) -> None:
        """Remove the directory now. A cancellation is told when that is done."""
        await self._remove()
        await checkpoint_if_cancelled()


@overload
async def mkstemp(
    suffix: str | None = None,
    prefix: str | None = None,
    dir: str | None = None,
    text: bool = False,
) -> tuple[int, str]: ...


@overload
async def mkstemp(
    suffix: bytes | None = None,
    prefix: bytes | None = None,
    dir: bytes | None = None,
    text: bool = False,
) -> tuple[int, bytes]: ...


async def mkstemp(
    suffix: AnyStr | None = None,
    prefix: AnyStr | None = None,
    dir: AnyStr | None = None,
    text: bool = False,
) -> tuple[int, str | bytes]:
    """Make a temporary file and return its descriptor and path. The caller removes it."""
    make: Any = tempfile.mkstemp
    return cast("tuple[int, str | bytes]", await run_sync(make, suffix, prefix, dir, text))


@overload
async def mkdtemp(
    suffix: str | None = None, prefix: str | None = None, dir: str | None = None
) -> str: ...


@overload
async def mkdtemp(
    suffix: bytes | None = None, prefix: bytes | None = None, dir: bytes | None = None
) -> bytes: ...


async def mkdtemp(
    suffix: AnyStr | None = None, prefix: AnyStr | None = None, dir: AnyStr | None = None
) -> str | bytes:
    """Make a temporary directory and return its path. The caller removes it."""
    make: Any = tempfile.mkdtemp
    return cast("str | bytes", await run_sync(make, suffix, prefix, dir))


async def gettempdir() -> str:
    """The directory of temporary files."""
    return await run_sync(tempfile.gettempdir)


async def gettempdirb() -> bytes:
    """The directory of temporary files, as bytes."""
    return await run_sync(tempfile.gettempdirb)
