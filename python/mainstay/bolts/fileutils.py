"""Helpers for files: atomic saving, permissions, finding, copying and rotating.

`AtomicSaver` writes beside the destination and renames at the end; one thread uses one saver, and
two savers of one destination exclude each other by the part file. All else is plain functions.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, NoReturn, TypeAlias

__all__ = [
    "AtomicSaver",
    "DummyFile",
    "FilePerms",
    "atomic_rename",
    "atomic_save",
    "copy_tree",
    "copytree",
    "iter_find_files",
    "mkdir_p",
    "path_to_unicode",
    "replace",
    "rotate_file",
    "set_cloexec",
]

_Path: TypeAlias = "str | os.PathLike[str]"

FULL_PERMS = 0o777
RW_PERMS = 0o666

# What a bit pattern of three is called: 6 is "rw".
_PERM_NAMES = ["", "x", "w", "wx", "r", "rx", "rw", "rwx"]
_PERM_BITS = {"r": 4, "w": 2, "x": 1}


def mkdir_p(path: _Path) -> None:
    """Make a directory and its parents; those that exist are fine."""
    os.makedirs(path, exist_ok=True)


class _PermProperty:
    """The three bits of one class of user, as text."""

    def __init__(self, shift: int) -> None:
        self.shift = shift

    def __get__(self, perms: FilePerms | None, owner: type[Any] | None = None) -> Any:
        return self if perms is None else _PERM_NAMES[perms._bits >> self.shift & 7]

    def __set__(self, perms: FilePerms, value: str) -> None:
        letters = set(str(value))
        invalid = letters - _PERM_BITS.keys()
        if invalid:
            raise ValueError(
                f"got invalid chars {invalid!r} in permission specification {value!r}, expected"
                " empty string or one or more of 'rwx'"
            )
        bits = sum(_PERM_BITS[letter] for letter in letters)
        perms._bits = perms._bits & ~(7 << self.shift) | bits << self.shift


class FilePerms:
    """The nine permission bits of a file, as text per class of user and as an int.

    `FilePerms("rwx", "rx", "")` is `0o750`. Sticky and set-id bits are left out.
    """

    user = _PermProperty(6)
    group = _PermProperty(3)
    other = _PermProperty(0)

    def __init__(self, user: str = "", group: str = "", other: str = "") -> None:
        self._bits = 0
        self.user, self.group, self.other = user, group, other

    @classmethod
    def from_int(cls, i: int) -> FilePerms:
        """The permissions with the lowest nine bits of `i`."""
        return cls(*[_PERM_NAMES[i >> shift & 7] for shift in (6, 3, 0)])

    @classmethod
    def from_path(cls, path: _Path) -> FilePerms:
        """The permissions of the file or directory at `path`; links are followed."""
        return cls.from_int(os.stat(path).st_mode)

    def __int__(self) -> int:
        return self._bits

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in ("user", "group", "other"))
        return f"{type(self).__name__}({shown})"


_TEXT_OPENFLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_BIN_OPENFLAGS = _TEXT_OPENFLAGS | getattr(os, "O_BINARY", 0)


def set_cloexec(fd: int) -> None:
    """Ask the system to close `fd` in child processes, if it can; failure is no error."""
    try:
        os.set_inheritable(fd, False)
    except OSError:
        pass


def path_to_unicode(path: str | bytes) -> str:
    """The path as text."""
    return os.fsdecode(path)


def replace(src: _Path, dst: _Path) -> None:
    """Put the file `src` in the place of `dst`, whether that exists or not, in one step."""
    os.replace(src, dst)


def atomic_rename(src: _Path, dst: _Path, overwrite: bool = False) -> None:
    """Rename `src` to `dst`; raises `FileExistsError` if that exists, unless `overwrite`."""
    if not overwrite and os.name != "nt":
        os.link(src, dst)  # this refuses an existing file, a rename here does not
        os.unlink(src)
        return
    move = os.replace if overwrite else os.rename
    move(src, dst)


def atomic_save(dest_path: _Path, **kwargs: Any) -> AtomicSaver:
    """`AtomicSaver(dest_path, **kwargs)`, to use in a `with` statement."""
    return AtomicSaver(dest_path, **kwargs)


class AtomicSaver:
    """Context manager: a file to write that takes the place of `dest_path` if nothing raises.

    Until then it is `dest_path + ".part"` in the same folder; it is written to disk before it is
    renamed. Keywords, with their defaults: `overwrite` (True) allows that the destination exists;
    `file_perms` (those of the file that is replaced, else by the umask); `text_mode` (False);
    `part_file` is another name for the part file; `overwrite_part` (False) removes one that is left
    from before instead of raising `FileExistsError`; `rm_part_on_exc` (True) removes the part file
    after an exception; `buffering` (-1) as in `open`.
    """

    _default_file_perms = RW_PERMS

    def __init__(self, dest_path: _Path, **kwargs: Any) -> None:
        self.dest_path = os.path.abspath(dest_path)
        self.overwrite: bool = kwargs.pop("overwrite", True)
        self.file_perms: int | None = kwargs.pop("file_perms", None)
        self.overwrite_part: bool = kwargs.pop("overwrite_part", False)
        self.part_filename: str | None = kwargs.pop("part_file", None)
        self.rm_part_on_exc: bool = kwargs.pop("rm_part_on_exc", True)
        self.text_mode: bool = kwargs.pop("text_mode", False)
        self.buffering: int = kwargs.pop("buffering", -1)
        if kwargs:
            raise TypeError(f"unexpected kwargs: {kwargs.keys()!r}")
        self.dest_dir, name = os.path.split(self.dest_path)
        self.part_path = os.path.join(self.dest_dir, self.part_filename or name + ".part")
        self.mode = "w+" if self.text_mode else "w+b"
        self.open_flags = _TEXT_OPENFLAGS if self.text_mode else _BIN_OPENFLAGS
        self.part_file: IO[Any] | None = None

    def _open_part_file(self) -> None:
        perms = self.file_perms
        if perms is None:
            try:
                perms = stat.S_IMODE(os.stat(self.dest_path).st_mode)
            except OSError:
                pass  # a new file: the umask decides
        fd = os.open(self.part_path, self.open_flags, self._default_file_perms)
        try:
            set_cloexec(fd)
            if perms is not None:
                os.chmod(self.part_path, perms)
            self.part_file = os.fdopen(fd, self.mode, self.buffering)
        except BaseException:
            os.close(fd)
            self._remove_part_file()
            raise

    def _remove_part_file(self) -> None:
        try:
            os.unlink(self.part_path)
        except OSError:
            pass  # what is being raised already says more

    def setup(self) -> None:
        """Make the part file; entering the context does this."""
        if not self.overwrite and os.path.lexists(self.dest_path):
            raise OSError(
                errno.EEXIST, "Overwrite disabled and file already exists", self.dest_path
            )
        if self.overwrite_part and os.path.lexists(self.part_path):
            os.unlink(self.part_path)
        self._open_part_file()

    def __enter__(self) -> IO[Any]:
        self.setup()
        assert self.part_file is not None
        return self.part_file

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        part_file = self.part_file
        if part_file is None:
            return
        try:
            if exc_type is None and not part_file.closed:
                part_file.flush()
                os.fsync(part_file.fileno())
            part_file.close()
            if exc_type is None:
                atomic_rename(self.part_path, self.dest_path, overwrite=self.overwrite)
            elif self.rm_part_on_exc:
                self._remove_part_file()
        except BaseException:
            if self.rm_part_on_exc:
                self._remove_part_file()
            raise


def _matcher(patterns: str | Iterable[str] | None) -> Callable[[str], object]:
    if patterns is None:
        return lambda name: False
    given = [patterns] if isinstance(patterns, str) else patterns
    return re.compile("|".join(map(fnmatch.translate, given)) or r"(?!)").match


def iter_find_files(
    directory: _Path,
    patterns: str | Iterable[str],
    ignored: str | Iterable[str] | None = None,
    include_dirs: bool = False,
    max_depth: int | None = None,
) -> Iterator[str]:
    """Paths of the files under `directory` whose names match one of the glob `patterns`.

    Names that match `ignored` are left out. `include_dirs` yields matching folders too.
    `max_depth` is how many levels of folders below `directory` are searched.
    """
    matches, ignores = _matcher(patterns), _matcher(ignored)
    waiting = [(os.fspath(directory), 0)]
    while waiting:
        folder, depth = waiting.pop()
        if max_depth is not None and depth > max_depth:
            continue
        _, folders, files = next(os.walk(folder), (folder, [], []))
        for name in [*folders, *files] if include_dirs else files:
            if matches(name) and not ignores(name):
                yield os.path.join(folder, name)
        for name in reversed(folders):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                waiting.append((path, depth + 1))


def copy_tree(
    src: _Path,
    dst: _Path,
    symlinks: bool = False,
    ignore: Callable[[Any, list[str]], Iterable[str]] | None = None,
) -> None:
    """`shutil.copytree` into a folder that may exist already."""
    shutil.copytree(src, dst, symlinks=symlinks, ignore=ignore, dirs_exist_ok=True)


copytree = copy_tree


class DummyFile:
    """A file that is always empty and forgets what is written to it."""

    def __init__(self, path: str, mode: str = "r", buffering: int | None = None) -> None:
        self.name = path
        self.mode = mode
        self.closed = False
        self.errors = None
        self.isatty = False
        self.encoding = None
        self.newlines = None
        self.softspace = 0

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on a closed file")

    def close(self) -> None:
        self.closed = True

    def fileno(self) -> int:
        return -1

    def flush(self) -> None:
        self._check_open()

    def next(self) -> NoReturn:
        raise StopIteration

    def read(self, size: int = 0) -> str:
        self._check_open()
        return ""

    def readline(self, size: int = 0) -> str:
        self._check_open()
        return ""

    def readlines(self, size: int = 0) -> list[str]:
        self._check_open()
        return []

    def seek(self, *position: int) -> None:
        self._check_open()

    def tell(self) -> int:
        self._check_open()
        return 0

    def truncate(self, size: int | None = None) -> None:
        self._check_open()

    def write(self, string: str) -> None:
        self._check_open()

    def writelines(self, list_of_strings: Iterable[str]) -> None:
        self._check_open()

    def __next__(self) -> NoReturn:
        raise StopIteration

    def __iter__(self) -> DummyFile:
        return self

    def __enter__(self) -> DummyFile:
        self._check_open()
        return self

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        return


def rotate_file(filename: _Path, *, keep: int = 5) -> None:
    """Move `name.ext` to `name.1.ext`, that to `name.2.ext` and so on, dropping `name.KEEP.ext`.

    Afterwards there is no file `filename`, and at most `keep - 1` older ones. Raises `ValueError`
    if it is no file or `keep` is less than 1.
    """
    if keep < 1:
        raise ValueError(f'expected "keep" to be >=1, not {keep!r}')
    path = os.fspath(filename)
    if not os.path.exists(path):
        return
    if not os.path.isfile(path):
        raise ValueError(f"expected {path} to be a file")
    stem, extension = os.path.splitext(path)
    names = [path, *[f"{stem}.{number}{extension}" for number in range(1, keep + 1)]]
    for number in range(keep, -1, -1):
        if not os.path.exists(names[number]):
            continue
        if number + 1 < keep:
            os.replace(names[number], names[number + 1])
        else:
            os.unlink(names[number])
