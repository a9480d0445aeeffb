"""Files of the file system as byte streams. Each operation runs in a worker thread."""

from __future__ import annotations

__all__ = ("FileReadStream", "FileStreamAttribute", "FileWriteStream")

from io import SEEK_SET, UnsupportedOperation
from pathlib import Path
from typing import IO, Any, TypeVar

from .. import to_thread
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream
from .._core._tasks import CancelScope
from .._core._typedattr import TypedAttributeSet, typed_attribute
from ..abc import ByteReceiveStream, ByteSendStream
from ..lowlevel import checkpoint_if_cancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from typing_extensions import TypeVarTuple, Unpack

    Args = TypeVarTuple("Args")

T = TypeVar("T")


class FileStreamAttribute(TypedAttributeSet):
    """Attributes of file streams: the file, its path and its descriptor, if it has them."""

    file: IO[bytes] = typed_attribute()
    path: Path = typed_attribute()
    fileno: int = typed_attribute()


class _BaseFileStream:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    async def _run(self, func: Callable[[Unpack[Args]], T], *args: Unpack[Args]) -> T:
        try:
            return await to_thread.run_sync(func, *args)
        except ValueError:
            raise ClosedResourceError from None
        except OSError as error:
            raise BrokenResourceError from error

    async def aclose(self) -> None:
        # Closed in every case; a cancellation is told afterwards.
        with CancelScope(shield=True):
            await to_thread.run_sync(self._file.close)
        await checkpoint_if_cancelled()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        file = self._file
        found: dict[Any, Callable[[], Any]] = {FileStreamAttribute.file: lambda: file}
        if hasattr(file, "name"):
            found[FileStreamAttribute.path] = lambda: Path(file.name)
        try:
            file.fileno()
        except UnsupportedOperation:
            return found
        found[FileStreamAttribute.fileno] = file.fileno
        return found


class FileReadStream(_BaseFileStream, ByteReceiveStream):
    """Reads from a file that was opened in binary mode."""

    @classmethod
    async def from_path(cls, path: str | PathLike[str]) -> FileReadStream:
        """Open the file at `path` and read from it."""
        return cls(await to_thread.run_sync(Path(path).open, "rb"))

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        data = await self._run(self._file.read, max_bytes)
        if not data:
            raise EndOfStream
        return data

    async def seek(self, position: int, whence: int = SEEK_SET) -> int:
        """Move to `position`, and return where that is from the start of the file."""
        return await to_thread.run_sync(self._file.seek, position, whence)

    async def tell(self) -> int:
        """The position in the file."""
        return await to_thread.run_sync(self._file.tell)


class FileWriteStream(_BaseFileStream, ByteSendStream):
    """Writes to a file that was opened in binary mode."""

    @classmethod
    async def from_path(cls, path: str | PathLike[str], append: bool = False) -> FileWriteStream:
        """Open the file at `path`, emptied unless `append`, and write to it."""
        mode = "ab" if append else "wb"
        return cls(await to_thread.run_sync(Path(path).open, mode))

    async def send(self, item: bytes) -> None:
        await self._run(self._file.write, item)
