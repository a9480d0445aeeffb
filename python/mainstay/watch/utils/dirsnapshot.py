"""What a directory looked like at one time, and how two such pictures differ.

A snapshot of a real directory is taken and compared natively. With functions of one's own for
`stat` and `listdir`, in classes derived from these, and where a method was replaced, both are done
here, through the methods.
"""

from __future__ import annotations

import errno
import os
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union

from .. import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Stat = Callable[[str], os.stat_result]
    ListDir = Callable[[str], Iterator[os.DirEntry[Any]]]


Path = Union[bytes, str]
T = TypeVar("T")
_KINDS = ("created", "deleted", "modified", "moved", "attrib")
_LISTS = tuple(f"_{what}_{kind}" for kind in _KINDS for what in ("files", "dirs"))


class _Listed(Generic[T]):
    """A list that is kept under the same name with an underscore before it."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, instance: object, owner: type | None = None) -> list[T]:
        found: list[T] = getattr(instance, self._name)
        return found


class DirectorySnapshotDiff:
    """What changed from one snapshot to a later one.

    A thing that is at another path is moved; one whose inode was given to a new file is not.
    `ignore_device` leaves the device out of what tells files apart: use it where the system numbers
    devices anew, and all is on one.
    """

    def __init__(
        self,
        ref: DirectorySnapshot,
        snapshot: DirectorySnapshot,
        *,
        ignore_device: bool = False,
    ) -> None:
        natively = _compare_natively(type(self), ref, snapshot, ignore_device)
        if natively is None:
            self._compare(ref, snapshot, ignore_device)
        else:
            for name, found in zip(_LISTS, natively, strict=True):
                setattr(self, name, found)

    def _compare(
        self, ref: DirectorySnapshot, snapshot: DirectorySnapshot, ignore_device: bool
    ) -> None:
        before, after = ref.paths, snapshot.paths
        created, deleted, both = after - before, before - after, before & after

        def identity(of: DirectorySnapshot, path: Path) -> Any:
            inode = of.inode(path)
            return inode[0] if ignore_device else inode

        same = {path for path in both if identity(ref, path) == identity(snapshot, path)}
        created |= both - same
        deleted |= both - same
        moved = self._find_moved(ref, snapshot, created, deleted, ignore_device)

        modified: set[Path] = set()
        attrib: set[Path] = set()
        for old, new in [*((path, path) for path in same), *moved]:
            if ref.mtime(old) != snapshot.mtime(new) or ref.size(old) != snapshot.size(new):
                modified.add(old)
            if self.is_attrib_modified(ref.stat_info(old), snapshot.stat_info(new)):
                attrib.add(old)

        self._dirs_created = [path for path in created if snapshot.isdir(path)]
        self._dirs_deleted = [path for path in deleted if ref.isdir(path)]
        self._dirs_modified = [path for path in modified if ref.isdir(path)]
        self._dirs_moved = [each for each in moved if ref.isdir(each[0])]
        self._dirs_attrib = [path for path in attrib if ref.isdir(path)]
        self._files_created = list(created - set(self._dirs_created))
        self._files_deleted = list(deleted - set(self._dirs_deleted))
        self._files_modified = list(modified - set(self._dirs_modified))
        self._files_moved = list(moved - set(self._dirs_moved))
        self._files_attrib = list(attrib - set(self._dirs_attrib))

    @staticmethod
    def _find_moved(
        ref: DirectorySnapshot,
        snapshot: DirectorySnapshot,
        created: set[Path],
        deleted: set[Path],
        ignore_device: bool,
    ) -> set[tuple[Path, Path]]:
        """Takes out of what was created and deleted what has moved."""

        def finder(of: DirectorySnapshot) -> Callable[[tuple[int, int]], Path | None]:
            if not ignore_device:
                return of.path
            # Of hard links, the path the snapshot has for their inode.
            by_inode = {of.inode(path)[0]: of.path(of.inode(path)) for path in of.paths}
            return lambda inode: of.path(inode) or by_inode.get(inode[0])

        moved: set[tuple[Path, Path]] = set()
        find_new, find_old = finder(snapshot), finder(ref)
        for path in set(deleted):
            inode = ref.inode(path)
            new = find_new(inode)
            # A link shares its target's inode: only what is at a path where it was not has moved.
            if new and (new not in ref.paths or ref.inode(new) != inode):
                deleted.remove(path)
                moved.add((path, new))
        for path in set(created):
            inode = snapshot.inode(path)
            old = find_old(inode)
            if old and (old not in snapshot.paths or snapshot.inode(old) != inode):
                created.remove(path)
                moved.add((old, path))
        return moved

    @staticmethod
    def is_attrib_modified(ref_stat: os.stat_result, snap_stat: os.stat_result) -> bool:
        """Whether permissions, owner or flags differ."""
        names = ("st_mode", "st_file_attributes", "st_uid", "st_gid", "st_flags")
        return any(getattr(ref_stat, n, None) != getattr(snap_stat, n, None) for n in names)

    def __repr__(self) -> str:
        files = ", ".join(f"{kind}={len(getattr(self, f'_files_{kind}'))}" for kind in _KINDS)
        dirs = ", ".join(f"{kind}={len(getattr(self, f'_dirs_{kind}'))}" for kind in _KINDS)
        return f"<{type(self).__name__} files({files}), folders({dirs})>"

    def __len__(self) -> int:
        names = (name for name in vars(self) if name.startswith(("_dirs_", "_files_")))
        return sum(len(getattr(self, name)) for name in names)

    files_created = _Listed[Path]("Files that are new.")
    files_deleted = _Listed[Path]("Files that are gone.")
    files_modified = _Listed[Path]("Files, by their old paths, whose time or size is another.")
    files_moved = _Listed["tuple[Path, Path]"](
        "Files that moved, from the first to the second path."
    )
    files_attrib = _Listed[Path]("Files, by their old paths, with other permissions or owners.")
    dirs_created = _Listed[Path]("Directories that are new.")
    dirs_deleted = _Listed[Path]("Directories that are gone.")
    dirs_modified = _Listed[Path]("Directories, by their old paths, whose entries changed.")
    dirs_moved = _Listed["tuple[Path, Path]"](
        "Directories that moved, from the first to the second."
    )
    dirs_attrib = _Listed[Path](
        "Directories, by their old paths, with other permissions or owners."
    )

    class ContextManager:
        """Takes a snapshot at the start of a `with` block and one at its end; `diff` is what
        changed. Arguments as for DirectorySnapshot and DirectorySnapshotDiff."""

        diff: DirectorySnapshotDiff

        def __init__(
            self,
            path: str,
            *,
            recursive: bool = True,
            stat: Stat = os.stat,
            listdir: ListDir = os.scandir,
            ignore_device: bool = False,
        ) -> None:
            self.path = path
            self.recursive = recursive
            self.stat = stat
            self.listdir = listdir
            self.ignore_device = ignore_device

        def __enter__(self) -> None:
            self.pre_snapshot = self.get_snapshot()

        def __exit__(self, *args: object) -> None:
            self.post_snapshot = self.get_snapshot()
            self.diff = DirectorySnapshotDiff(
                self.pre_snapshot, self.post_snapshot, ignore_device=self.ignore_device
            )

        def get_snapshot(self) -> DirectorySnapshot:
            """A snapshot of now."""
            return DirectorySnapshot(
                path=self.path,
                recursive=self.recursive,
                stat=self.stat,
                listdir=self.listdir,
            )


class DirectorySnapshot:
    """What is in a directory, and below it when `recursive`: paths and what `stat` says of each.

    What disappears while it is taken is left out, and so is what must not be looked at; other
    errors of `listdir` pass. `exclude` and `gitignore` leave things out as in ObservedWatch, where
    a real directory is looked at; else they are refused with a ValueError.
    """

    def __init__(
        self,
        path: Any,
        *,
        recursive: bool = True,
        stat: Stat = os.stat,
        listdir: ListDir = os.scandir,
        exclude: Iterable[str] = (),
        gitignore: bool = False,
    ) -> None:
        self.recursive = recursive
        self.stat = stat
        self.listdir = listdir
        self._taken = None
        real = stat is os.stat and listdir is os.scandir and type(path) in (str, bytes)
        if real and _is_plain(type(self)):
            self._taken = _native.Snapshot(path, recursive, tuple(exclude), gitignore)
            return
        if exclude or gitignore:
            raise ValueError(
                "exclude and gitignore are for snapshots of real directories: give the path as str "
                "or bytes, and neither stat, listdir nor a class of your own"
            )
        self._stat_info: dict[Path, os.stat_result] = {}
        self._inode_to_path: dict[tuple[int, int], Path] = {}
        self._add(path, self.stat(path))
        for each, found in self.walk(path):
            self._add(each, found)

    _taken: _native.Snapshot | None = None

    def __getattr__(self, name: str) -> Any:
        # Asked only for what is not there: the tables of a snapshot that was taken natively.
        if self._taken is None or name not in ("_stat_info", "_inode_to_path"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._stat_info, self._inode_to_path = {}, {}
        for path, *row in self._taken.rows():
            self._add(path, _stat_result(row))
        self._taken = None
        return getattr(self, name)

    def __getstate__(self) -> dict[str, Any]:
        if self._taken is not None:
            _ = self._stat_info
        return vars(self)

    def _add(self, path: Any, found: os.stat_result) -> None:
        self._stat_info[path] = found
        self._inode_to_path[(found.st_ino, found.st_dev)] = path

    def walk(self, root: Any) -> Iterator[tuple[Any, os.stat_result]]:
        """Yields what is in `root`, then what is below each directory in it."""
        try:
            paths = [os.path.join(root, entry.name) for entry in self.listdir(root)]
        except OSError as error:
            # Gone since its parent was listed, or a file by now.
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EINVAL):
                return
            raise
        entries = []
        for path in paths:
            try:
                found = self.stat(path)
            except OSError:
                continue
            entries.append((path, found))
            yield path, found
        if self.recursive:
            for path, found in entries:
                if S_ISDIR(found.st_mode):
                    try:
                        yield from self.walk(path)
                    except PermissionError:
                        pass

    @property
    def paths(self) -> set[Path]:
        """All paths, that of the directory itself included."""
        return set(self._stat_info) if self._taken is None else self._taken.paths()

    def path(self, uid: tuple[int, int]) -> Path | None:
        """The path of an inode and device, None when it is not here."""
        return self._inode_to_path.get(uid)

    def inode(self, path: Path) -> tuple[int, int]:
        """Inode and device of a path."""
        found = self._stat_info[path]
        return found.st_ino, found.st_dev

    def isdir(self, path: Path) -> bool:
        """Whether a path is a directory."""
        return S_ISDIR(self._stat_info[path].st_mode)

    def mtime(self, path: Path) -> float:
        """When the content of a path was last changed, in seconds since the epoch."""
        return self._stat_info[path].st_mtime

    def size(self, path: Path) -> int:
        """The size of a path in bytes."""
        return self._stat_info[path].st_size

    def mode(self, path: Path) -> int:
        """Type and permissions of a path."""
        return self._stat_info[path].st_mode

    def stat_info(self, path: Path) -> os.stat_result:
        """All that `stat` said of a path."""
        return self._stat_info[path]

    def __sub__(self, previous_dirsnap: DirectorySnapshot) -> DirectorySnapshotDiff:
        """What changed since an earlier snapshot."""
        return DirectorySnapshotDiff(previous_dirsnap, self)

    def __repr__(self) -> str:
        return str(self._stat_info)


class EmptyDirectorySnapshot(DirectorySnapshot):
    """A snapshot of nothing: compared with it, everything is new."""

    def __init__(self) -> None:
        self._stat_info = {}

    def path(self, uid: Any) -> None:
        """None: nothing is here."""
        return None

    @property
    def paths(self) -> set[Any]:
        """No paths."""
        return set()


def _stat_result(row: list[int]) -> os.stat_result:
    mode, inode, device, links, user, group, size, accessed, modified, changed, *blocks = row
    second = 1_000_000_000
    times = [accessed // second, modified // second, changed // second]
    names = {
        "st_atime": accessed / second,
        "st_mtime": modified / second,
        "st_ctime": changed / second,
        "st_atime_ns": accessed,
        "st_mtime_ns": modified,
        "st_ctime_ns": changed,
    }
    names.update(zip(("st_blksize", "st_blocks", "st_rdev"), blocks, strict=True))
    return os.stat_result([mode, inode, device, links, user, group, size, *times], names)


def _methods() -> tuple[Any, ...]:
    """What decides how a snapshot is taken and read, and what is compared."""
    of = DirectorySnapshot
    own = (of.walk, of.paths, of.path, of.inode, of.isdir, of.mtime, of.size, of.stat_info)
    return (*own, DirectorySnapshotDiff.is_attrib_modified)


_METHODS = _methods()


def _is_plain(kind: type) -> bool:
    """Whether a snapshot is of the class here, and no method was replaced."""
    return kind is DirectorySnapshot and _methods() == _METHODS


def _compare_natively(
    kind: type, ref: DirectorySnapshot, snapshot: DirectorySnapshot, ignore_device: bool
) -> Any:
    if (
        kind is not DirectorySnapshotDiff
        or not _is_plain(type(ref))
        or type(snapshot) is not type(ref)
    ):
        return None
    if ref._taken is None or snapshot._taken is None:
        return None
    return ref._taken.changes_to(snapshot._taken, ignore_device)
