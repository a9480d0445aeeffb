"""`Cache`, a crash-safe mapping on disk that many threads and processes share, and its `Disk`s.

A `Cache` may be used by all threads of a process and after a fork. Operations are atomic; reads
take no lock, writes raise `Timeout` when others hold the lock for longer than `timeout` seconds.
Plain values (None, numbers, text, bytes, lists, tuples, dicts, sets, dates) are stored in a form
that runs no code when it is read; anything else is stored as a pickle, if the cache allows that.
"""

from __future__ import annotations

import errno
import os
import os.path as op
import zlib
from collections.abc import Hashable, Iterable
from contextlib import suppress

from . import _native
from ._flights import Flights
from ._general import Stored, Transaction
from ._memo import Memoizing, args_to_key, full_name
from ._names import (
    DBNAME,
    DEFAULT_SETTINGS,
    ENOVAL,
    EVICTION_POLICY,
    IMPORTED,
    METADATA,
    MODE_BINARY,
    MODE_NONE,
    MODE_PICKLE,
    MODE_PLAIN,
    MODE_RAW,
    MODE_SIGNED,
    MODE_TEXT,
    POLICIES,
    UNKNOWN,
    Constant,
    EmptyDirWarning,
    FullDiskError,
    OversizeError,
    StoreError,
    Timeout,
    UnknownFileWarning,
    make_error,
)
from ._pickling import DENY, SIGNED_KEY, PickleDeniedError, Pickling
from ._upkeep import Upkeep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, ClassVar, Literal

    from typing_extensions import Self

    from ._pickling import Policy
    from ._types import Row, Scalar, StoreKey

__all__ = [
    "DBNAME",
    "DEFAULT_SETTINGS",
    "ENOVAL",
    "EVICTION_POLICY",
    "METADATA",
    "MODE_BINARY",
    "MODE_NONE",
    "MODE_PICKLE",
    "MODE_PLAIN",
    "MODE_RAW",
    "MODE_SIGNED",
    "MODE_TEXT",
    "UNKNOWN",
    "Cache",
    "Constant",
    "Disk",
    "EmptyDirWarning",
    "FullDiskError",
    "JSONDisk",
    "OversizeError",
    "PickleDeniedError",
    "StoreError",
    "Timeout",
    "UnknownFileWarning",
    "args_to_key",
    "full_name",
]

_SCALARS = (str, bytes, int, float)
_CHUNK = 2**22
_TRIES = 10


class Disk:
    """Turns keys and values into what the store holds, and back; may be subclassed.

    A cache of a subclass calls `put`, `get`, `store`, `fetch`, `filename` and `remove` for each
    operation. Stateless but for its settings; threads may share it.
    """

    _pickling: Pickling = DENY

    def __init__(self, directory: str, min_file_size: int = 0, pickle_protocol: int = 0) -> None:
        """Values of `min_file_size` and more (characters of text, bytes) go into files."""
        self._directory = directory
        self.min_file_size = min_file_size
        self.pickle_protocol = pickle_protocol

    def hash(self, key: Any) -> int:
        """A number below 2**32 that is the same for equal keys, in each process and release."""
        if type(self) is Disk:
            with suppress(TypeError):  # not plain
                return _native.hash_key(key)
        store_key, _ = self.put(key)
        if isinstance(store_key, memoryview):
            return zlib.adler32(store_key)
        return _native.hash_key(store_key)

    def put(self, key: Any) -> tuple[StoreKey, bool]:
        """The key the store holds for `key`, and whether it is `key` itself."""
        kind = type(key)
        if kind is bytes:
            return memoryview(key), True
        if kind is str or kind is float or (kind is int and -(2**63) <= key < 2**63):
            return key, True
        data = _native.encode_key(key)
        if data is None:
            mode, data = self._pickling.dump(key, self.pickle_protocol)
            if mode == MODE_SIGNED:
                data = SIGNED_KEY + data
        return memoryview(data), False

    def get(self, key: StoreKey, raw: bool) -> Any:
        """The key for which `put` gave this."""
        if isinstance(key, memoryview):
            key = bytes(key)
        if raw:
            return key
        assert isinstance(key, bytes)
        if key[:1] == SIGNED_KEY:
            return self._pickling.load(MODE_SIGNED, key[1:])
        if key[:1] < SIGNED_KEY:
            return _native.decode_key(key)
        return self._pickling.load(MODE_PICKLE, key)

    def store(
        self, value: Any, read: bool, key: Any = UNKNOWN
    ) -> tuple[int, int, str | None, Scalar | None]:
        """What the store holds for `value`: bytes in a file, mode, the file's name, the value.

        With `read`, `value` is a binary file whose content is stored.
        """
        if read and type(value) not in _SCALARS:
            chunks: Iterable[bytes] = iter(lambda: value.read(_CHUNK), b"")
            mode = MODE_BINARY
        else:
            mode, flat, large = self._flatten(value)
            if not large:
                return 0, mode, None, flat
            chunks = [flat.encode() if isinstance(flat, str) else flat]
        filename, full_path = self.filename(key, value)
        return self._write(full_path, chunks, "xb"), mode, filename, None

    def _flatten(self, value: Any) -> tuple[int, Any, bool]:
        """The mode of a value, what is stored of it, and whether that belongs into a file."""
        kind = type(value)
        if kind is float or (kind is int and -(2**63) <= value < 2**63):
            return MODE_RAW, value, False
        if kind is str or kind is bytes:
            if len(value) < self.min_file_size:
                return MODE_RAW, value, False
            return MODE_TEXT if kind is str else MODE_BINARY, value, True
        mode, data = MODE_PLAIN, _native.encode(value)
        if data is None:
            mode, data = self._pickling.dump(value, self.pickle_protocol)
        return mode, data, len(data) >= self.min_file_size

    def _write(self, full_path: str, chunks: Iterable[bytes], mode: Literal["xb"]) -> int:
        """Makes a file of the chunks; how long it is."""
        for attempt in range(_TRIES):
            with suppress(OSError):
                os.makedirs(op.dirname(full_path))
            try:
                writer = open(full_path, mode)  # noqa: SIM115 - closed below
                break
            except OSError:
                # Another process may have removed the folder, as it was empty.
                if attempt == _TRIES - 1:
                    raise
        else:
            raise AssertionError
        try:
            with writer:
                return sum(writer.write(chunk) for chunk in chunks)
        except BaseException:
            with suppress(OSError):
                os.remove(full_path)
            raise

    def fetch(self, mode: int, filename: str | None, value: Scalar | None, read: bool) -> Any:
        """The value for which `store` gave this; with `read`, an open file where one was stored.

        Raises OSError when the file is gone.
        """
        if mode == MODE_RAW:
            return bytes(value) if isinstance(value, memoryview) else value
        if mode == MODE_BINARY and read and filename is not None:
            return self._open(filename)
        if filename is None:
            return self._unflatten(mode, value)
        with self._open(filename) as reader:
            return self._unflatten(mode, reader.read())

    def _open(self, filename: str) -> IO[bytes]:
        return open(op.join(self._directory, filename), "rb")

    def _unflatten(self, mode: int, data: Any) -> Any:
        if mode == MODE_BINARY:
            return data
        if mode == MODE_TEXT:
            return data.decode()
        if mode == MODE_PLAIN:
            return _native.decode(data)
        return self._pickling.load(mode, data)

    def filename(self, key: Any = UNKNOWN, value: Any = UNKNOWN) -> tuple[str, str]:
        """A new name for a file, below two folders, and its full path."""
        name = os.urandom(16).hex()
        filename = op.join(name[:2], name[2:4], f"{name[4:]}.val")
        return filename, op.join(self._directory, filename)

    def remove(self, file_path: str) -> None:
        """Removes a file, and its folders when they are empty; says nothing if it is gone."""
        full_path = op.join(self._directory, file_path)
        with suppress(OSError):
            os.remove(full_path)
        with suppress(OSError):
            os.removedirs(op.dirname(full_path))


class JSONDisk(Disk):
    """Keys and values as JSON, compressed by zlib: readable by other languages, without pickle."""

    def __init__(self, directory: str, compress_level: int = 1, **kwargs: Any) -> None:
        """`compress_level` is zlib's: 0 (not at all) to 9 (slow)."""
        import json  # dear to import, and most caches have another disk

        self._to_json, self._from_json = json.dumps, json.loads
        self.compress_level = compress_level
        super().__init__(directory, **kwargs)

    def _dump(self, value: Any) -> bytes:
        return zlib.compress(self._to_json(value).encode(), self.compress_level)

    def put(self, key: Any) -> tuple[StoreKey, bool]:
        return super().put(self._dump(key))

    def get(self, key: StoreKey, raw: bool) -> Any:
        return self._from_json(zlib.decompress(super().get(key, raw)))

    def store(
        self, value: Any, read: bool, key: Any = UNKNOWN
    ) -> tuple[int, int, str | None, Scalar | None]:
        return super().store(value if read else self._dump(value), read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Scalar | None, read: bool) -> Any:
        data = super().fetch(mode, filename, value, read)
        return data if read else self._from_json(zlib.decompress(data))


class Cache(Memoizing, Upkeep):
    """A mapping on disk that threads and processes share; see the module.

    `len`, iteration and `reversed` count items that have expired and were not removed yet.
    """

    pickle: ClassVar[Policy] = "deny"
    """What is done with values that are not plain: "deny", "signed" or "allow" pickles."""
    _directory_mode: ClassVar[int] = 0o700
    _local: ClassVar[None] = None  # the peer's connection of a thread: tests patch it

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        timeout: float = 60,
        disk: type[Disk] = Disk,
        *,
        pickle: Policy | None = None,
        pickle_key: bytes | None = None,
        strict_size: bool = False,
        sync: bool = False,
        **settings: Any,
    ) -> None:
        """Opens the cache in `directory`, made if need be; None makes a temporary one.

        Writes wait up to `timeout` seconds for the lock. `settings` are those of
        DEFAULT_SETTINGS, stored with the cache, and `disk_...` for arguments of `disk`.
        `pickle` replaces the class's policy; "signed" takes its key from `pickle_key` or the
        environment. With `strict_size` just enough is evicted, and a value that can never fit
        raises OversizeError. With `sync` a write returns when it would survive a power cut.
        """
        if not (isinstance(disk, type) and issubclass(disk, Disk)):
            raise ValueError("disk must subclass diskcache.Disk")
        self._directory = directory_of(directory)
        self._timeout = timeout
        self._options = {"pickle": pickle, "strict_size": strict_size, "sync": sync}
        self._strict = strict_size
        self._flights = Flights()
        self._replaced, self._written = [], []
        if not op.isdir(self._directory):
            _make_directory(self._directory, self._directory_mode)
        pickling = Pickling(pickle or self.pickle, pickle_key)
        self._exact = type(self)._is_exact
        self._open(self._directory, timeout=timeout, mode=self._directory_mode & 0o666, sync=sync)
        stored = known = self._settings()
        taking_over = IMPORTED not in stored and op.exists(op.join(self._directory, DBNAME))
        if taking_over:
            from . import _import

            known = {**stored, **_import.settings(self)}
        wanted = {**DEFAULT_SETTINGS, **known, **settings}
        for key in METADATA:
            wanted.pop(key, None)
        self._check_settings(wanted)
        arguments = {key[5:]: value for key, value in wanted.items() if key[:5] == "disk_"}
        self._disk = disk(self._directory, **arguments)
        self._disk._pickling = pickling
        changes = {key: value for key, value in wanted.items() if stored.get(key, ENOVAL) != value}
        if changes:
            self._store_settings(changes)
        vars(self).update(wanted)
        self._apply()
        if taking_over:
            from . import _import

            vars(self)[IMPORTED] = _import.take_over(self)
        for key in METADATA:
            self.reset(key)

    _is_exact: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._is_exact = all(getattr(cls, name) is getattr(Cache, name) for name in _HOT)

    # -- settings

    def _check_settings(self, settings: dict[str, Any]) -> None:
        """Raises ValueError or TypeError for what cannot work."""
        policy = settings.get("eviction_policy", "none")
        if policy not in POLICIES:
            raise ValueError(
                f"eviction_policy must be one of {', '.join(POLICIES)}, got {policy!r}"
                + ("; policies written in SQL do not work here" * (policy in EVICTION_POLICY))
            )
        for name in ("size_limit", "cull_limit", "disk_min_file_size"):
            value = settings.get(name, 0)
            if not isinstance(value, (int, float)) or value < 0:
                raise ValueError(f"{name} must be a number of 0 or more, got {value!r}")
        for name, value in settings.items():
            if value is not None and not isinstance(value, (int, float, str, bytes)):
                raise TypeError(
                    f"{name} must be a number, str, bytes or None, as it is stored with the "
                    f"cache, got {type(value).__name__}"
                )

    def _apply(self) -> None:
        """Tells the store the settings it works by."""
        self._configure(
            size_limit=self.size_limit,
            cull_limit=int(self.cull_limit),
            policy=POLICIES.index(self.eviction_policy),
            statistics=bool(self.statistics),
            min_file_size=self._disk.min_file_size,
            strict=self._strict,
        )

    def reset(self, key: str, value: Any = ENOVAL, update: bool = True) -> Any:
        """Reads a setting again, or sets it: here, and for caches opened later if `update`.

        Answers the value. Other caches that are open know it when they reset it.
        """
        if value is ENOVAL:
            return self._read_setting(key)
        self._check_settings({key: value})
        if key == "hits":
            self._store_stats(value, self._stats()[1])
        elif key == "misses":
            self._store_stats(self._stats()[0], value)
        elif update and key not in METADATA and key in self._settings():
            self._store_settings({key: value})
        if key[:5] == "disk_":
            setattr(self._disk, key[5:], value)
        vars(self)[key] = value
        self._apply()
        return value

    def _read_setting(self, key: str) -> Any:
        if key in ("count", "size"):
            value: Any = self._totals()[key == "size"]
        elif key in METADATA:
            value = self._stats()[key == "misses"]
        else:
            settings = self._settings()
            if key not in settings:
                raise ValueError(f"no setting {key!r} is stored; stored are {sorted(settings)}")
            value = settings[key]
            vars(self)[key] = value
            self._apply()
        vars(self)[key] = value
        return value

    def create_tag_index(self) -> None:
        """Notes that tags are indexed; they always are."""
        self.reset("tag_index", 1)

    def drop_tag_index(self) -> None:
        """Notes that tags are not indexed; `evict` is as fast as before."""
        self.reset("tag_index", 0)

    def stats(self, enable: bool = True, reset: bool = False) -> tuple[int, int]:
        """Hits and misses since they were counted; then counts on, or no longer, or from 0."""
        result = self.reset("hits"), self.reset("misses")
        if reset:
            self.reset("hits", 0)
            self.reset("misses", 0)
        self.reset("statistics", enable)
        return result

    # -- one's own files

    def _is_plain_disk(self) -> bool:
        return type(self._disk) is Disk

    def _stored(self, key: Any, value: Any, read: bool) -> Stored:
        # Large values of the plain disk go into files the store links while it commits: a killed
        # process leaves none behind. Where `open` is patched, the disk writes, as the peer's.
        if not self._is_plain_disk() or "open" in globals():
            return super()._stored(key, value, read)
        disk = self._disk
        if read and type(value) not in _SCALARS:
            return 0, MODE_BINARY, None, None, self._copied(value)
        mode, flat, large = disk._flatten(value)
        if not large:
            return 0, mode, None, flat, None
        return 0, mode, None, None, flat.encode() if isinstance(flat, str) else flat

    def _copied(self, stream: IO[bytes]) -> int:
        """The descriptor of an unnamed file with the rest of a stream."""
        target = self._new_file()
        try:
            while chunk := stream.read(_CHUNK):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(target, rest) :]
        except BaseException:
            os.close(target)
            raise
        return target

    def _fetched(self, row: Row, read: bool) -> Any:
        _, _, _, _, mode, filename, _, crc = row
        disk = self._disk
        if crc is None or filename is None or type(disk) is not Disk:
            return super()._fetched(row, read)
        if read and mode == MODE_BINARY:
            return disk._open(filename)
        with disk._open(filename) as reader:
            data = reader.read()
        if _native.crc32c(data) != crc:
            raise OSError(errno.EIO, "the content of a value's file has changed", filename)
        return disk._unflatten(mode, data)

    # -- what it is

    @property
    def directory(self) -> str:
        """Where the cache lies."""
        return self._directory

    @property
    def timeout(self) -> float:
        """Seconds a write waits for the lock."""
        return self._timeout

    @property
    def disk(self) -> Disk:
        """What turns keys and values into what is stored."""
        disk: Disk = self._disk
        return disk

    def transact(self, retry: bool = False) -> Transaction:
        """A `with` block whose operations happen all at once, or, if it raises, not at all.

        Holds the write lock of the store: no other thread or process writes meanwhile; reads go
        on and see what was before. Blocks may be nested: the outermost decides.
        """
        return self._transact(retry)

    def read(self, key: Any, retry: bool = False) -> Any:
        """The value of `key` as an open binary file; as itself where it lies in none. KeyError."""
        handle = self.get(key, default=ENOVAL, read=True, retry=retry)
        if handle is ENOVAL:
            raise KeyError(key)
        return handle

    def close(self) -> None:
        """Lets go of the store. The next operation opens it again."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getstate__(self) -> tuple[Any, ...]:
        options = {key: value for key, value in self._options.items() if value}
        state = (self.directory, self.timeout, type(self.disk))
        return (*state, options) if options else state

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        options = state[3] if len(state) > 3 else {}
        self.__init__(*state[:3], **options)  # type: ignore[misc]

    def _identify(self, key: Any) -> Hashable:
        store_key, raw = self._disk.put(key)
        return bytes(store_key) if isinstance(store_key, memoryview) else store_key, raw

    def _in_transaction(self) -> bool:
        return self._owned


# What is native; a class that overrides one of these takes the general path.
_HOT = (
    *("get", "set", "add", "delete", "incr", "push", "pull", "_transact", "_fetched", "_stored"),
    *("__getitem__", "__setitem__", "__delitem__", "__contains__"),
)


def directory_of(path: object) -> str:
    """The directory that is meant; a temporary one for None."""
    if path is None:
        from tempfile import mkdtemp  # dear to import, and most caches have a directory

        return mkdtemp(prefix="diskcache-")
    path = os.fsdecode(path) if isinstance(path, bytes) else str(path)
    return op.expandvars(op.expanduser(path))


def _make_directory(path: str, mode: int) -> None:
    try:
        os.makedirs(path, mode)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise OSError(
                error.errno, f'Cache directory "{path}" does not exist and could not be created'
            ) from None


# Stored by their number here. The classes are in the keys of `memoize(typed=True)`.
_CONSTANTS = (
    *(ENOVAL, UNKNOWN, type(None), bool, int, float, complex, str, bytes, bytearray),
    *(list, tuple, dict, set, frozenset),
)
_native.register(timeout=Timeout, disk=Disk, constants=_CONSTANTS, make_error=make_error)
