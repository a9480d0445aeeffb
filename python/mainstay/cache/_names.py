"""Constants, settings, warnings and exceptions of the cache; programs find them in `core`."""

from __future__ import annotations

import errno
import os
import pickle
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DBNAME = "cache.db"
IMPORTED = "imported_items"
"""The setting that says a directory of diskcache was taken over: how many items it had."""
MOVED = "imported_moved"
"""The setting of a fanout cache's first store that says its items are where their keys belong."""

MODE_NONE = 0
MODE_RAW = 1
MODE_BINARY = 2
MODE_TEXT = 3
MODE_PICKLE = 4
MODE_PLAIN = 5
"""A plain value in the store's own form: no pickle."""
MODE_SIGNED = 6
"""A pickle behind its signature."""


class Constant(tuple[str]):
    """A constant that prints as its name, and is pickled by it."""

    __module__ = "mainstay.cache.core"
    __slots__ = ()

    def __new__(cls, name: str) -> Constant:
        return tuple.__new__(cls, (name,))

    def __repr__(self) -> str:
        return self[0]

    def __reduce__(self) -> str:
        return self[0]


ENOVAL = Constant("ENOVAL")
UNKNOWN = Constant("UNKNOWN")

DEFAULT_SETTINGS: dict[str, Any] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "least-recently-stored",
    "size_limit": 2**30,
    "cull_limit": 10,
    # Settings of SQLite are kept and handed back; this store has no use for them.
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 2**26,
    "sqlite_synchronous": 1,
    "disk_min_file_size": 2**15,
    "disk_pickle_protocol": pickle.HIGHEST_PROTOCOL,
}

METADATA = {"count": 0, "size": 0, "hits": 0, "misses": 0}

# What a read changes, and which items go first. The peer has SQL here; a policy of SQL that a
# program adds is refused when it is chosen.
EVICTION_POLICY: dict[str, dict[str, str | None]] = {
    "none": {"init": None, "get": None, "cull": None},
    "least-recently-stored": {"init": None, "get": None, "cull": "store time"},
    "least-recently-used": {"init": None, "get": "access time", "cull": "access time"},
    "least-frequently-used": {"init": None, "get": "access count", "cull": "access count"},
}
POLICIES = tuple(EVICTION_POLICY)


class Timeout(Exception):
    """The store stayed locked by others for longer than the cache waits."""

    __module__ = "mainstay.cache.core"


class UnknownFileWarning(UserWarning):
    """`Cache.check` found a file that belongs to no item."""

    __module__ = "mainstay.cache.core"


class EmptyDirWarning(UserWarning):
    """`Cache.check` found an empty directory."""

    __module__ = "mainstay.cache.core"


class StoreError(Exception):
    """The directory holds no store that can be used here; the text says why."""

    __module__ = "mainstay.cache.core"


class OversizeError(ValueError):
    """A value can never fit into the cache, however much is evicted (`strict_size`)."""

    __module__ = "mainstay.cache.core"


class FullDiskError(OSError):
    """The disk is full; nothing of the operation happened."""

    __module__ = "mainstay.cache.core"


def make_error(kind: str, words: str, number: int) -> BaseException:
    """The exception for an error of the store; the native module calls it."""
    if kind == "full":
        return _full_disk()(number or errno.ENOSPC, words or os.strerror(errno.ENOSPC))
    if kind == "missing":
        return FileNotFoundError(number or errno.ENOENT, words)
    if kind == "oversize":
        return OversizeError(words)
    return StoreError(words)


def _full_disk() -> type[FullDiskError]:
    """The class to raise: also sqlite3's, which programs written for the peer catch."""
    sqlite3 = sys.modules.get("sqlite3")  # who catches it has imported it
    if sqlite3 is None:
        return FullDiskError
    return type("FullDiskError", (FullDiskError, sqlite3.OperationalError), {})
