"""Takes over a directory that diskcache wrote: once, all of it or nothing.

Items keep their keys, values, tags, expiry and order; settings are taken over too. Files of values
stay where they are and belong to the new store from then on; `cache.db` stays as it is. Pickles of
plain values are stored plainly: they are read by a reader that runs no code. Pickles of anything
else are kept as they are, and read if the cache allows that.
"""

from __future__ import annotations

import io
import os.path as op
import pickle
from contextlib import closing

from . import _native
from ._names import (
    DBNAME,
    DEFAULT_SETTINGS,
    ENOVAL,
    IMPORTED,
    MODE_PICKLE,
    MODE_PLAIN,
    MOVED,
    POLICIES,
    UNKNOWN,
    StoreError,
)
from ._pickling import PickleDeniedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

    from .core import Cache
    from .fanout import FanoutCache


def settings(cache: Cache) -> dict[str, Any]:
    """The settings of the directory, without those that mean nothing here."""
    with closing(_connect(cache)) as old:
        found = dict(old.execute("SELECT key, value FROM Settings"))
    if found.get("eviction_policy") not in POLICIES:
        found.pop("eviction_policy", None)  # one of SQL, or none yet
    return {key: value for key, value in found.items() if key in DEFAULT_SETTINGS or "_" in key}


def take_over(cache: Cache) -> int:
    """Stores the items of `cache.db`; answers how many. Raises StoreError, PickleDeniedError."""
    with cache.transact(retry=True), closing(_connect(cache)) as old:
        done = cache._settings().get(IMPORTED)
        if done is not None:  # by another process, while this one waited
            return int(done)
        old.execute("BEGIN IMMEDIATE")  # nothing changes there meanwhile
        count = sum(_take_item(cache, row) for row in _rows(old))
        stats = dict(old.execute("SELECT key, value FROM Settings"))
        cache._store_stats(stats.get("hits", 0), stats.get("misses", 0))
        cache._store_settings({IMPORTED: count})
    return count


def _connect(cache: Cache) -> sqlite3.Connection:
    import sqlite3  # only who has such a directory pays for it

    path = op.join(cache.directory, DBNAME)
    connection = sqlite3.connect(path, timeout=cache.timeout, isolation_level=None)
    try:
        connection.execute("SELECT COUNT(*) FROM Settings")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(
            f"{path} cannot be taken over: {error}; if it is no cache of diskcache, or damaged, "
            "move it elsewhere and open the directory again"
        ) from error
    return connection


def _rows(old: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    return iter(
        old.execute(
            "SELECT key, raw, store_time, expire_time, tag, size, mode, filename, value "
            "FROM Cache WHERE key IS NOT NULL ORDER BY rowid"
        )
    )


def _take_item(cache: Cache, row: tuple[Any, ...]) -> bool:
    """Stores one item; whether there was one: a file may be gone."""
    key, raw, store_time, expire_time, tag, size, mode, filename, value = row
    if filename is not None and not op.exists(op.join(cache.directory, filename)):
        return False
    content = None
    if cache._is_plain_disk():  # what other disks made of keys and values is theirs to read
        if not raw:
            key, raw = cache._disk.put(_key_of(cache, key))
        if mode == MODE_PICKLE:
            data = _plainly(cache, filename, value)
            if data is not None:
                cache._replaced.append(filename)
                mode, filename, size = MODE_PLAIN, None, 0
                value, content = (data, None) if value is not None else (None, data)
    cache._put(
        key, bool(raw), store_time, expire_time, tag, size, mode, filename, value, content=content
    )
    return True


def _key_of(cache: Cache, data: bytes) -> Any:
    try:
        return _PlainUnpickler(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        try:
            return cache._disk._pickling.load(MODE_PICKLE, data)
        except PickleDeniedError:
            raise PickleDeniedError(
                f"{cache.directory} was written by diskcache and holds keys that are pickles of "
                "other than plain values; if only trusted programs could write to it, open it "
                "once with pickle='allow' to take it over"
            ) from None


def _plainly(cache: Cache, filename: str | None, value: bytes | None) -> bytes | None:
    """A pickled value in the store's own form; None when it is to stay a pickle."""
    if value is None:
        if cache._disk._pickling.policy == "allow":
            return None  # it can be read as it is, without writing a file
        assert filename is not None
        with cache._disk._open(filename) as reader:
            data = reader.read()
    else:
        data = value
    try:
        return _native.encode(_PlainUnpickler(io.BytesIO(data)).load())
    except pickle.UnpicklingError:
        return None


class _Constant:
    """What stands for diskcache's constants in its pickles."""

    def __new__(cls, name: Any) -> Any:
        names = {"ENOVAL": ENOVAL, "UNKNOWN": UNKNOWN}
        while isinstance(name, tuple) and name:
            name = name[0]
        if name not in names:
            raise pickle.UnpicklingError(f"unknown constant {name!r}")
        return names[name]


def _encode(text: str, encoding: str) -> bytes:
    """`bytes` in the pickles of old protocols."""
    return text.encode("latin-1")


class _PlainUnpickler(pickle.Unpickler):
    """Reads pickles of plain values; UnpicklingError for anything else, before it is called."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("date", "datetime", "time", "timedelta", "timezone"):
            import datetime

            return getattr(datetime, name)
        found = {
            ("builtins", "set"): set,
            ("__builtin__", "set"): set,
            ("builtins", "frozenset"): frozenset,
            ("__builtin__", "frozenset"): frozenset,
            ("builtins", "complex"): complex,
            ("__builtin__", "complex"): complex,
            ("_codecs", "encode"): _encode,
            ("diskcache.core", "Constant"): _Constant,
        }.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is not plain")
        return found

    def load(self) -> Any:
        try:
            return super().load()
        except pickle.UnpicklingError:
            raise
        except Exception as error:  # a damaged pickle raises about anything
            raise pickle.UnpicklingError(str(error)) from error


def put_in_place(fanout: FanoutCache) -> None:
    """Moves items that were taken over to the stores their keys belong to.

    diskcache chooses the store of a pickled key by its pickle; here the plain form decides.
    """
    shards = fanout._shards
    with fanout.transact():
        if MOVED in shards[0]._settings():
            return
        for shard in shards:
            for key, raw, stored, row in list(shard._all_rows()):
                home = shard if raw else fanout._shard(shard._disk.get(key, raw))
                if home is not shard:
                    _, expire_time, tag, _, mode, filename, value, _ = row
                    content = None
                    if filename is not None:
                        with shard._disk._open(filename) as reader:
                            content = reader.read()
                    home._put(
                        key, raw, stored, expire_time, tag, 0, mode, None, value, content=content
                    )
                    shard._replaced.append(shard._delete(key, raw)[1])
        shards[0]._store_settings({MOVED: 1})
