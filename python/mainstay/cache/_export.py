"""Writes a directory for diskcache with all items of a cache: the way back.

Keys, values, tags, times, order, settings and statistics go over. Nothing is unpickled: what was
stored as a pickle goes over as it is; what was stored plainly is pickled, as diskcache would. That
library makes its database itself, so it has to be installed.
"""

from __future__ import annotations

import os
import os.path as op
import pickle
import pickletools
import re
import shutil
import zlib
from importlib import import_module

from . import _native
from ._names import DEFAULT_SETTINGS, MODE_PICKLE, MODE_PLAIN, MODE_SIGNED, MODE_TEXT
from ._pickling import SIGNATURE_SIZE, SIGNED_KEY
from .core import Cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ._types import Row, Scalar, StoreKey

    Item = tuple[StoreKey, bool, float, float, int, Row]

_SHARD = re.compile(r"\d{3}")
_COLUMNS = (
    *("key", "raw", "store_time", "expire_time", "access_time", "access_count"),
    *("tag", "size", "mode", "filename", "value"),
)


class ExportError(Exception):
    """The export cannot be made; the text says why."""


def stores(directory: str) -> list[str]:
    """The folders at and below `directory` that hold stores of mainstay."""
    found = (folder for folder, _, files in os.walk(directory) if "store.super" in files)
    return sorted(found)


def export(directory: str, target: str, progress: Callable[[int], object]) -> int:
    """Writes the stores at and below `directory` to `target`, a new folder; how many items.

    `progress` is called with the items written so far. Raises ExportError, and then leaves
    nothing behind.
    """
    if op.lexists(target):
        raise ExportError(f"{target} exists; give a new folder")
    peer = _peer()
    partial = f"{target}.partial"
    groups: dict[str, list[str]] = {}  # the stores of a fanout cache, which share their keys
    for folder in stores(directory):
        whole = op.dirname(folder) if _SHARD.fullmatch(op.basename(folder)) else folder
        groups.setdefault(whole, []).append(folder)
    if not groups:
        raise ExportError(f"{directory} holds no cache of mainstay")
    count = 0
    try:
        for folders in groups.values():
            places = [
                op.normpath(op.join(partial, op.relpath(each, directory))) for each in folders
            ]
            targets = [peer.Cache(place, eviction_policy="none", cull_limit=0) for place in places]
            for folder, written in zip(folders, targets, strict=True):
                with Cache(folder) as source:
                    for item in _items(source):
                        _write(source, item, targets)
                        count += 1
                        progress(count)
                    _settle(source, written)
            for written in targets:
                written.close()
        os.rename(partial, target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return count


def _peer() -> Any:
    try:
        diskcache: Any = import_module("diskcache")  # needed for this alone
    except ImportError:
        raise ExportError(
            "diskcache makes the database of the export and is not installed; install it with "
            "'pip install diskcache'"
        ) from None
    if hasattr(diskcache, "__mirror_home__"):
        raise ExportError("mainstay stands in for diskcache here; run this without drop-in")
    return diskcache


def _items(source: Cache) -> Iterator[Item]:
    until, rank = source._last_rank(), 0
    while found := source._rows(rank, until, 100):
        yield from found
        rank = found[-1][5][0]


def _write(source: Cache, item: Item, targets: list[Any]) -> None:
    """Writes a row into the store where diskcache looks for its key."""
    key, raw, store_time, access_time, access_count, row = item
    _, expire_time, tag, _, mode, filename, value, _ = row
    key, number = _key(key, raw)
    target = targets[number % len(targets)]
    if filename is not None:
        with open(op.join(source.directory, filename), "rb") as reader:
            value = reader.read()
    mode, value = _value(mode, value, target.disk_pickle_protocol)
    size, filename = 0, None
    if isinstance(value, bytes) and (row[5] is not None or len(value) >= 2**15):
        filename, full_path = target.disk.filename()
        os.makedirs(op.dirname(full_path), exist_ok=True)
        with open(full_path, "wb") as writer:
            size = writer.write(value)
        value = None
    columns, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
    target._sql(
        f"INSERT INTO Cache ({columns}) VALUES ({marks})",
        (
            *(key, raw, store_time, expire_time, access_time, access_count),
            *(tag, size, mode, filename, value),
        ),
    )


def _key(key: StoreKey, raw: bool) -> tuple[StoreKey, int]:
    """The key as diskcache stores it, and its hash there."""
    if raw:
        return key, _native.hash_key(key)
    assert isinstance(key, bytes)
    if key[:1] == SIGNED_KEY:
        key = key[1 + SIGNATURE_SIZE :]
    elif key[:1] < SIGNED_KEY:
        key = pickle.dumps(_native.decode_key(key), protocol=pickle.HIGHEST_PROTOCOL)
    key = pickletools.optimize(key)
    return key, zlib.adler32(key)


def _value(mode: int, value: Scalar | None, protocol: int) -> tuple[int, Scalar | None]:
    """Mode and value as diskcache stores them."""
    if mode == MODE_PLAIN:
        assert isinstance(value, bytes)
        return MODE_PICKLE, pickle.dumps(_native.decode(value), protocol=protocol)
    if mode == MODE_TEXT and isinstance(value, bytes) and b"\r" in value:
        # diskcache reads files of text with other line ends than they have.
        return MODE_PICKLE, pickle.dumps(value.decode(), protocol=protocol)
    if mode == MODE_SIGNED:
        assert isinstance(value, bytes)
        return MODE_PICKLE, value[SIGNATURE_SIZE:]
    return mode, value


def _settle(source: Cache, target: Any) -> None:
    """Takes over settings and statistics, when all is written."""
    for name, value in source._settings().items():
        if name in DEFAULT_SETTINGS and not name.startswith("sqlite_"):
            target.reset(name, value)
        elif name.startswith("disk_"):
            target._sql("INSERT OR REPLACE INTO Settings VALUES (?, ?)", (name, value))
    for name, value in zip(("hits", "misses"), source._stats(), strict=True):
        target.reset(name, value)
