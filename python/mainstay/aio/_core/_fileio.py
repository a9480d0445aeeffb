"""Files and paths whose operations run in worker threads.

`Path` is `pathlib.Path` with coroutine methods wherever the file system is asked; what only looks
at the name stays a plain method. A path and a file may have a limiter for their threads.
"""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import AsyncIterator
from functools import partial
from itertools import islice
from os import PathLike
from typing import IO, Any, AnyStr, Generic, TypeVar, overload

from ..abc import AsyncResource
from ..to_thread import run_sync
from ._tasks import CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType
    from typing import ClassVar, TypeAlias

    from _typeshed import OpenBinaryMode, OpenTextMode, ReadableBuffer, WriteableBuffer
    from typing_extensions import Self

    from ._synchronization import CapacityLimiter

    AnyTarget: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]

P = TypeVar("P", bound="Path")

# A thread fetches 1, 2, 4, ... entries of a directory at a time: the first one soon, many cheaply.
_LARGEST_FETCH = 256


class AsyncFile(AsyncResource, Generic[AnyStr]):
    """A file whose methods are coroutines; everything else is the wrapped file's.

    Iterating gives lines. One task may use it at a time. Leaving `async with` closes it, also when
    the task is cancelled.
    """

    def __init__(self, fp: IO[AnyStr], *, limiter: CapacityLimiter | None = None) -> None:
        self._fp: Any = fp
        self._limiter = limiter

    def __getattr__(self, name: str) -> object:
        return getattr(self._fp, name)

    @property
    def limiter(self) -> CapacityLimiter | None:
        """The limiter of this file's threads, if it is not the default one."""
        return self._limiter

    @property
    def wrapped(self) -> IO[AnyStr]:
        """The file object below."""
        file: IO[AnyStr] = self._fp
        return file

    async def _run(self, method: str, *args: Any) -> Any:
        return await run_sync(getattr(self._fp, method), *args, limiter=self._limiter)

    async def __aiter__(self) -> AsyncIterator[AnyStr]:
        while line := await self.readline():
            yield line

    async def aclose(self) -> None:
        with CancelScope(shield=True):
            await self._run("close")

    async def read(self, size: int = -1) -> AnyStr:
        data: AnyStr = await self._run("read", size)
        return data

    async def read1(self: AsyncFile[bytes], size: int = -1) -> bytes:
        data: bytes = await self._run("read1", size)
        return data

    async def readline(self) -> AnyStr:
        line: AnyStr = await self._run("readline")
        return line

    async def readlines(self) -> list[AnyStr]:
        lines: list[AnyStr] = await self._run("readlines")
        return lines

    async def readinto(self: AsyncFile[bytes], b: WriteableBuffer) -> int:
        count: int = await self._run("readinto", b)
        return count

    async def readinto1(self: AsyncFile[bytes], b: WriteableBuffer) -> int:
        count: int = await self._run("readinto1", b)
        return count

    @overload
    async def write(self: AsyncFile[bytes], b: ReadableBuffer) -> int: ...

    @overload
    async def write(self: AsyncFile[str], b: str) -> int: ...

    async def write(self, b: ReadableBuffer | str) -> int:
        count: int = await self._run("write", b)
        return count

    @overload
    async def writelines(self: AsyncFile[bytes], lines: Iterable[ReadableBuffer]) -> None: ...

    @overload
    async def writelines(self: AsyncFile[str], lines: Iterable[str]) -> None: ...

    async def writelines(self, lines: Iterable[ReadableBuffer] | Iterable[str]) -> None:
        await self._run("writelines", lines)

    async def truncate(self, size: int | None = None) -> int:
        length: int = await self._run("truncate", size)
        return length

    async def seek(self, offset: int, whence: int | None = os.SEEK_SET) -> int:
        position: int = await self._run("seek", offset, whence)
        return position

    async def tell(self) -> int:
        position: int = await self._run("tell")
        return position

    async def flush(self) -> None:
        await self._run("flush")


@overload
async def open_file(
    file: str | PathLike[str] | int,
    mode: OpenBinaryMode,
    buffering: int = ...,
    encoding: str | None = ...,
    errors: str | None = ...,
    newline: str | None = ...,
    closefd: bool = ...,
    opener: Callable[[str, int], int] | None = ...,
    *,
    limiter: CapacityLimiter | None = ...,
) -> AsyncFile[bytes]: ...


@overload
async def open_file(
    file: str | PathLike[str] | int,
    mode: OpenTextMode = ...,
    buffering: int = ...,
    encoding: str | None = ...,
    errors: str | None = ...,
    newline: str | None = ...,
    closefd: bool = ...,
    opener: Callable[[str, int], int] | None = ...,
    *,
    limiter: CapacityLimiter | None = ...,
) -> AsyncFile[str]: ...


async def open_file(
    file: str | PathLike[str] | int,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Callable[[str, int], int] | None = None,
    *,
    limiter: CapacityLimiter | None = None,
) -> AsyncFile[Any]:
    """Open a file, with the arguments of `open`."""
    fp = await run_sync(
        open, file, mode, buffering, encoding, errors, newline, closefd, opener, limiter=limiter
    )
    return AsyncFile(fp, limiter=limiter)


def wrap_file(file: IO[AnyStr], *, limiter: CapacityLimiter | None = None) -> AsyncFile[AnyStr]:
    """The open file `file` with coroutine methods."""
    return AsyncFile(file, limiter=limiter)


class _PathIterator(AsyncIterator[P]):
    """Paths that a thread finds, fetched in growing portions. `start` is called in the thread."""

    def __init__(self, owner: P, start: Callable[[], Iterable[pathlib.Path]]) -> None:
        self._owner = owner
        self._start = start
        self._source: Iterator[pathlib.Path] | None = None
        self._ready: list[pathlib.Path] = []
        self._portion = 1

    def _fetch(self) -> list[pathlib.Path]:
        if self._source is None:
            self._source = iter(self._start())
        found = list(islice(self._source, self._portion))
        found.reverse()
        return found

    async def __anext__(self) -> P:
        if not self._ready:
            self._ready = await run_sync(
                self._fetch, abandon_on_cancel=True, limiter=self._owner.limiter
            )
            self._portion = min(self._portion * 2, _LARGEST_FETCH)
            if not self._ready:
                raise StopAsyncIteration
        return self._owner.with_segments(self._ready.pop())


def _plain(path: object) -> Any:
    """The `pathlib` path inside ours; anything else as it is."""
    return path._path if isinstance(path, Path) else path


def _named(**options: Any) -> dict[str, Any]:
    """The options that were given: Python's older releases do not know all of them."""
    defaults = {"follow_symlinks": True, "recurse_symlinks": False, "walk_up": False}
    return {k: value for k, value in options.items() if value != defaults.get(k)}


class Path:
    """A path whose file system methods are coroutines. Paths made from it share its limiter.

    Equal to, and in order with, the `pathlib` path of the same name. Options that a method of
    `pathlib` got in a later Python are passed on, and refused by the Pythons that lack them.
    """

    __slots__ = "__weakref__", "_limiter", "_path"

    __weakref__: Any

    def __init__(self, *args: str | PathLike[str], limiter: CapacityLimiter | None = None) -> None:
        self._path = pathlib.Path(*args)
        self._limiter = limiter

    async def _run(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Do something in a thread; a cancelled task waits for its end."""
        func = partial(getattr(self._path, method), *args, **kwargs)
        return await run_sync(func, limiter=self._limiter)

    async def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Find something out in a thread; a cancelled task leaves at once."""
        func = partial(getattr(self._path, method), *args, **kwargs)
        return await run_sync(func, abandon_on_cancel=True, limiter=self._limiter)

    async def _is(self, method: str, **kwargs: Any) -> bool:
        answer: bool = await self._ask(method, **kwargs)
        return answer

    #
    # As an object
    #

    def __fspath__(self) -> str:
        return self._path.__fspath__()

    if sys.version_info >= (3, 15):

        def __vfspath__(self) -> str:
            return self._path.__vfspath__()

    def __str__(self) -> str:
        return str(self._path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.as_posix()!r})"

    def __bytes__(self) -> bytes:
        return bytes(self._path)

    def __hash__(self) -> int:
        return hash(self._path)

    def __eq__(self, other: object) -> bool:
        return self._path.__eq__(_plain(other))

    def __lt__(self, other: pathlib.PurePath | Path) -> bool:
        return self._path.__lt__(_plain(other))

    def __le__(self, other: pathlib.PurePath | Path) -> bool:
        return self._path.__le__(_plain(other))

    def __gt__(self, other: pathlib.PurePath | Path) -> bool:
        return self._path.__gt__(_plain(other))

    def __ge__(self, other: pathlib.PurePath | Path) -> bool:
        return self._path.__ge__(_plain(other))

    def __truediv__(self, other: str | PathLike[str]) -> Self:
        return self.with_segments(self._path / other)

    def __rtruediv__(self, other: str | PathLike[str]) -> Self:
        return self.with_segments(other / self._path)

    @property
    def limiter(self) -> CapacityLimiter | None:
        """The limiter of this path's threads, if it is not the default one."""
        return self._limiter

    #
    # The name
    #

    @property
    def parts(self) -> tuple[str, ...]:
        return self._path.parts

    @property
    def drive(self) -> str:
        return self._path.drive

    @property
    def root(self) -> str:
        return self._path.root

    @property
    def anchor(self) -> str:
        return self._path.anchor

    @property
    def parents(self) -> Sequence[Self]:
        return tuple(self.with_segments(parent) for parent in self._path.parents)

    @property
    def parent(self) -> Self:
        return self.with_segments(self._path.parent)

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def suffix(self) -> str:
        return self._path.suffix

    @property
    def suffixes(self) -> list[str]:
        return self._path.suffixes

    @property
    def stem(self) -> str:
        return self._path.stem

    def as_posix(self) -> str:
        return self._path.as_posix()

    def as_uri(self) -> str:
        return self._path.as_uri()

    def is_absolute(self) -> bool:
        return self._path.is_absolute()

    def is_relative_to(self, other: str | PathLike[str]) -> bool:
        return self._path.is_relative_to(other)

    if sys.version_info < (3, 15):

        def is_reserved(self) -> bool:
            return self._path.is_reserved()

    def joinpath(self, *args: str | PathLike[str]) -> Self:
        return self.with_segments(self._path.joinpath(*args))

    def match(self, path_pattern: str, *, case_sensitive: bool | None = None) -> bool:
        options = _named(case_sensitive=case_sensitive)
        return self._path.match(path_pattern, **options)

    def relative_to(self, *other: str | PathLike[str], walk_up: bool = False) -> Self:
        return self.with_segments(self._path.relative_to(*other, **_named(walk_up=walk_up)))

    def with_name(self, name: str) -> Self:
        return self.with_segments(self._path.with_name(name))

    def with_stem(self, stem: str) -> Self:
        # Python before 3.14 would make a name of the suffix alone.
        if not stem and self._path.suffix:
            raise ValueError(f"{self._path.name!r} has a non-empty suffix")
        return self.with_segments(self._path.with_stem(stem))

    def with_suffix(self, suffix: str) -> Self:
        return self.with_segments(self._path.with_suffix(suffix))

    def with_segments(self, *pathsegments: str | PathLike[str]) -> Self:
        """A path of this class with this limiter; every path made from this one is made here."""
        return type(self)(*pathsegments, limiter=self._limiter)

    if sys.version_info >= (3, 13):
        parser: ClassVar[ModuleType] = pathlib.Path.parser

        @classmethod
        def from_uri(cls, uri: str, *, limiter: CapacityLimiter | None = None) -> Self:
            return cls(pathlib.Path.from_uri(uri), limiter=limiter)

        def full_match(self, path_pattern: str, *, case_sensitive: bool | None = None) -> bool:
            return self._path.full_match(path_pattern, case_sensitive=case_sensitive)

    #
    # Questions
    #

    async def absolute(self) -> Self:
        return self.with_segments(await self._ask("absolute"))

    @classmethod
    async def cwd(cls, *, limiter: CapacityLimiter | None = None) -> Self:
        return cls(await run_sync(pathlib.Path.cwd, limiter=limiter), limiter=limiter)

    @classmethod
    async def home(cls, *, limiter: CapacityLimiter | None = None) -> Self:
        return cls(await run_sync(pathlib.Path.home, limiter=limiter), limiter=limiter)

    async def exists(self, *, follow_symlinks: bool = True) -> bool:
        return await self._is("exists", **_named(follow_symlinks=follow_symlinks))

    async def expanduser(self) -> Self:
        return self.with_segments(await self._ask("expanduser"))

    async def group(self, *, follow_symlinks: bool = True) -> str:
        name: str = await self._ask("group", **_named(follow_symlinks=follow_symlinks))
        return name

    async def owner(self, *, follow_symlinks: bool = True) -> str:
        name: str = await self._ask("owner", **_named(follow_symlinks=follow_symlinks))
        return name

    async def is_block_device(self) -> bool:
        return await self._is("is_block_device")

    async def is_char_device(self) -> bool:
        return await self._is("is_char_device")

    async def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return await self._is("is_dir", **_named(follow_symlinks=follow_symlinks))

    async def is_fifo(self) -> bool:
        return await self._is("is_fifo")

    async def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return await self._is("is_file", **_named(follow_symlinks=follow_symlinks))

    if sys.version_info >= (3, 12):

        async def is_junction(self) -> bool:
            return await self._is("is_junction")

    async def is_mount(self) -> bool:
        return await self._is("is_mount")

    async def is_socket(self) -> bool:
        return await self._is("is_socket")

    async def is_symlink(self) -> bool:
        return await self._is("is_symlink")

    async def lstat(self) -> os.stat_result:
        found: os.stat_result = await self._ask("lstat")
        return found

    async def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        found: os.stat_result = await self._ask("stat", follow_symlinks=follow_symlinks)
        return found

    async def readlink(self) -> Self:
        return self.with_segments(await self._ask("readlink"))

    async def resolve(self, strict: bool = False) -> Self:
        return self.with_segments(await self._ask("resolve", strict))

    async def samefile(self, other_path: str | PathLike[str]) -> bool:
        same: bool = await self._ask("samefile", _plain(other_path))
        return same

    #
    # Directories
    #

    def glob(
        self,
        pattern: str | PathLike[str],
        *,
        case_sensitive: bool | None = None,
        recurse_symlinks: bool = False,
    ) -> AsyncIterator[Self]:
        options = _named(case_sensitive=case_sensitive, recurse_symlinks=recurse_symlinks)
        return _PathIterator(self, partial(self._path.glob, _plain(pattern), **options))

    def rglob(
        self,
        pattern: str | PathLike[str],
        *,
        case_sensitive: bool | None = None,
        recurse_symlinks: bool = False,
    ) -> AsyncIterator[Self]:
        options = _named(case_sensitive=case_sensitive, recurse_symlinks=recurse_symlinks)
        return _PathIterator(self, partial(self._path.rglob, _plain(pattern), **options))

    def iterdir(self) -> AsyncIterator[Self]:
        return _PathIterator(self, self._path.iterdir)

    async def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        await self._run("mkdir", mode, parents, exist_ok)

    async def rmdir(self) -> None:
        await self._run("rmdir")

    if sys.version_info >= (3, 12):

        async def walk(
            self,
            top_down: bool = True,
            on_error: Callable[[OSError], object] | None = None,
            follow_symlinks: bool = False,
        ) -> AsyncIterator[tuple[Self, list[str], list[str]]]:
            # One step at a time: the caller may remove folders from the list to skip them.
            steps = self._path.walk(top_down, on_error, follow_symlinks)
            while (step := await run_sync(next, steps, None, limiter=self._limiter)) is not None:
                root, folders, files = step
                yield self.with_segments(root), folders, files

    #
    # Changes
    #

    async def chmod(self, mode: int, *, follow_symlinks: bool = True) -> None:
        await self._run("chmod", mode, follow_symlinks=follow_symlinks)

    async def lchmod(self, mode: int) -> None:
        await self._run("lchmod", mode)

    async def hardlink_to(self, target: AnyTarget) -> None:
        await self._run("hardlink_to", _plain(target))

    async def symlink_to(self, target: AnyTarget, target_is_directory: bool = False) -> None:
        await self._run("symlink_to", _plain(target), target_is_directory)

    async def rename(self, target: str | pathlib.PurePath | Path) -> Self:
        return self.with_segments(await self._run("rename", _plain(target)))

    async def replace(self, target: str | pathlib.PurePath | Path) -> Self:
        return self.with_segments(await self._run("replace", _plain(target)))

    async def touch(self, mode: int = 0o666, exist_ok: bool = True) -> None:
        await self._run("touch", mode, exist_ok)

    async def unlink(self, missing_ok: bool = False) -> None:
        try:
            await self._run("unlink")
        except FileNotFoundError:
            if not missing_ok:
                raise

    if sys.version_info >= (3, 14):

        @property
        def info(self) -> pathlib.types.PathInfo:
            return self._path.info

        async def copy(
            self,
            target: str | PathLike[str],
            *,
            follow_symlinks: bool = True,
            preserve_metadata: bool = False,
        ) -> Self:
            made = await self._run(
                "copy",
                _plain(target),
                follow_symlinks=follow_symlinks,
                preserve_metadata=preserve_metadata,
            )
            return self.with_segments(made)

        async def copy_into(
            self,
            target_dir: str | PathLike[str],
            *,
            follow_symlinks: bool = True,
            preserve_metadata: bool = False,
        ) -> Self:
            made = await self._run(
                "copy_into",
                _plain(target_dir),
                follow_symlinks=follow_symlinks,
                preserve_metadata=preserve_metadata,
            )
            return self.with_segments(made)

        async def move(self, target: str | PathLike[str]) -> Self:
            return self.with_segments(await self._run("move", _plain(target)))

        async def move_into(self, target_dir: str | PathLike[str]) -> Self:
            return self.with_segments(await self._run("move_into", _plain(target_dir)))

    #
    # Contents
    #

    @overload
    async def open(
        self,
        mode: OpenBinaryMode,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        newline: str | None = ...,
    ) -> AsyncFile[bytes]: ...

    @overload
    async def open(
        self,
        mode: OpenTextMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        newline: str | None = ...,
    ) -> AsyncFile[str]: ...

    async def open(
        self,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> AsyncFile[Any]:
        fp = await self._run("open", mode, buffering, encoding, errors, newline)
        return AsyncFile(fp, limiter=self._limiter)

    async def read_bytes(self) -> bytes:
        data: bytes = await self._run("read_bytes")
        return data

    async def read_text(
        self, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> str:
        text: str = await self._run("read_text", encoding, errors, **_named(newline=newline))
        return text

    async def write_bytes(self, data: ReadableBuffer) -> int:
        count: int = await self._run("write_bytes", data)
        return count

    async def write_text(
        self,
        data: str,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> int:
        count: int = await self._run("write_text", data, encoding, errors, newline)
        return count


PathLike.register(Path)
