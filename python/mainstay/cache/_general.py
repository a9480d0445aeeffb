"""The operations of a cache in Python, through the methods of its disk.

The frequent ones are native in `Core` while nothing is overridden or patched and the value is small
and plain; everything else comes here as `_general_<name>`, with the same arguments and results:
subclasses of `Cache` and `Disk`, large values, streams, pickles.

Locking and atomicity are the store's. What a `Disk` wrote to files of its own is removed after the
commit that let go of it, and after the rollback of the transaction that stored it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ContextDecorator, suppress

from . import _native
from ._names import ENOVAL, MODE_BINARY, MODE_RAW, MODE_TEXT, OversizeError, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from ._types import Row, Scalar, StoreKey

# Keys of a queue lie between these, in the order of their numbers.
_LOWEST, _MIDDLE, _HIGHEST = 0, 500_000_000_000_000, 999_999_999_999_999
_BATCH = 100
# Longer values go into files of the store, whatever the disk made of them.
_LARGEST_INLINE = 2**20

# size, mode, name of a file the disk wrote, value, content for a file of the store's own.
Stored = tuple[int, int, "str | None", "Scalar | None", "bytes | int | None"]


class Transaction(ContextDecorator):
    """Holds the store's write lock; nested ones join. For the thread that enters it.

    Entering gives a function that is told the names of files to remove after the commit.
    """

    def __init__(self, cache: General, retry: bool, filename: str | None = None) -> None:
        self._cache, self._retry, self._filename = cache, retry, filename
        self._batch: object = None  # the store's, unless this joined another

    def _recreate_cm(self) -> Transaction:
        return Transaction(self._cache, self._retry, self._filename)

    def __enter__(self) -> Callable[[str | None], None]:
        cache = self._cache
        try:
            self._batch = cache._begin(self._retry)
        except BaseException:
            cache._remove([self._filename])
            raise
        if self._batch is not None:
            cache._replaced, cache._written = [], []
        if self._filename is not None:
            cache._written.append(self._filename)
        return cache._replaced.append

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._batch is None:
            return
        cache = self._cache
        if kind is None:
            cache._commit()
            self._batch = None
            cache._remove(cache._replaced)
        else:
            cache._rollback()
            self._batch = None
            cache._remove(cache._written)


class General(_native.Core):
    """The operations of `Cache`, written on rows; `Core` calls them as `_general_<name>`."""

    statistics: int
    cull_limit: int
    size_limit: float
    eviction_policy: str
    _strict: bool

    # Names of files of the running transaction: to remove after its commit, after its rollback.
    _replaced: list[str | None]
    _written: list[str | None]

    def _transact(self, retry: bool = False, filename: str | None = None) -> Transaction:
        return Transaction(self, retry, filename)

    def _remove(self, names: Iterable[str | None]) -> None:
        for name in names:
            if name is not None:
                self._disk.remove(name)

    def _dropped(self, names: list[str]) -> None:
        """Core's: operations that ran natively let go of these files."""
        if self._owned:
            self._replaced.extend(names)
        else:
            self._remove(names)

    # -- storing

    def _stored(self, key: Any, value: Any, read: bool) -> Stored:
        """What to store of `value`. A descriptor in it is the caller's to close or hand on."""
        return (*self._disk.store(value, read, key=key), None)

    def _write(
        self,
        key: StoreKey,
        raw: bool,
        now: float,
        expire_time: float | None,
        tag: Scalar | None,
        stored: Stored,
        cleanup: Callable[[str | None], None],
    ) -> bool:
        """Puts a row and makes room; whether the row is still there."""
        size, mode, filename, value, content = stored
        if self._strict:
            self._refuse_what_never_fits(size, value, content)
        if isinstance(value, (str, bytes)) and len(value) > _LARGEST_INLINE:
            content = value.encode() if isinstance(value, str) else value
            if mode == MODE_RAW:
                mode = MODE_TEXT if isinstance(value, str) else MODE_BINARY
            value = None
        cleanup(
            self._put(key, raw, now, expire_time, tag, size, mode, filename, value, content=content)
        )
        count, names = self._cull(now, self.cull_limit)
        for name in names:
            cleanup(name)
        if not count or (expire_time is not None and expire_time < now):
            return True
        return self._find(key, raw, None, False) is not None

    def _refuse_what_never_fits(
        self, size: int, value: Scalar | None, content: bytes | int | None
    ) -> None:
        if isinstance(content, int):
            size = os.fstat(content).st_size
        for data in (value, content):
            if isinstance(data, (str, bytes)):
                size = len(data)
        if size > self.size_limit:
            raise OversizeError(
                f"the value can never fit: it has {size} bytes and size_limit is "
                f"{self.size_limit}; raise the limit, or do not store it"
            )

    def _general_set(
        self,
        key: Any,
        value: Any,
        expire: float | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = False,
        only_new: bool = False,
    ) -> bool:
        now = time.time()
        store_key, raw = self._disk.put(key)
        expire_time = None if expire is None else now + expire
        stored = self._stored(key, value, read)
        with _closing(stored), self._transact(retry, stored[2]) as cleanup:
            if only_new and self._find(store_key, raw, now, False) is not None:
                cleanup(stored[2])
                return False
            return self._write(store_key, raw, now, expire_time, tag, stored, cleanup)

    def _general_add(self, *args: Any, **kwargs: Any) -> bool:
        kwargs["only_new"] = True
        return self._general_set(*args, **kwargs)

    def _general_setitem(self, key: Any, value: Any) -> None:
        self.set(key, value, retry=True)

    def touch(self, key: Any, expire: float | None = None, retry: bool = False) -> bool:
        """Lets `key` expire in `expire` seconds, or never; answers whether it was there."""
        now = time.time()
        store_key, raw = self._disk.put(key)
        expire_time = None if expire is None else now + expire
        with self._transact(retry):
            if self._find(store_key, raw, now, False) is None:
                return False
            return self._touch(store_key, raw, expire_time)

    def _general_incr(self, key: Any, delta: Any = 1, default: Any = 0, retry: bool = False) -> Any:
        now = time.time()
        store_key, raw = self._disk.put(key)
        with self._transact(retry) as cleanup:
            row = self._find(store_key, raw, None, False)
            if row is None or (row[1] is not None and row[1] < now):
                if default is None:
                    raise KeyError(key)
                total = default + delta
                stored = self._stored(key, total, False)
                self._write(store_key, raw, now, None, None, stored, cleanup)
                return total
            if row[6] is None or row[4] > MODE_TEXT:
                raise TypeError(
                    f"incr() and decr() need a number that is stored as such, and the value of "
                    f"{key!r} is none; set it to an int or a float first"
                )
            total = row[6] + delta
            if type(total) is int and not -(2**63) <= total < 2**63:
                raise OverflowError("Python int too large to convert to SQLite INTEGER")
            self._update(store_key, raw, now, total, True)
            return total

    def decr(self, key: Any, delta: Any = 1, default: Any = 0, retry: bool = False) -> Any:
        """Subtracts `delta` from the value of `key`, as `incr` adds."""
        return self.incr(key, -delta, default, retry)

    # -- reading

    def _fetched(self, row: Row, read: bool) -> Any:
        """The value of a row. Raises OSError when its file is gone."""
        return self._disk.fetch(row[4], row[5], row[6], read)

    def _general_get(
        self,
        key: Any,
        default: Any = None,
        read: bool = False,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        store_key, raw = self._disk.put(key)
        row = self._find(store_key, raw, time.time(), True)
        value = None
        if row is not None:
            try:
                value = self._fetched(row, read)
            except OSError:  # the file went between finding the row and opening it
                row = None
        if self.statistics:
            self._score(row is not None, row is None)
        return _answer(default if row is None else value, row, expire_time, tag)

    def _general_getitem(self, key: Any) -> Any:
        value = self.get(key, default=ENOVAL, retry=True)
        if value is ENOVAL:
            raise KeyError(key)
        return value

    def _general_contains(self, key: Any) -> bool:
        store_key, raw = self._disk.put(key)
        return self._find(store_key, raw, time.time(), False) is not None

    # -- removing

    def pop(
        self,
        key: Any,
        default: Any = None,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """Removes `key` and gives its value, or `default`; the flags are those of `get`."""
        store_key, raw = self._disk.put(key)
        value = None
        with self._transact(retry) as cleanup:
            row = self._find(store_key, raw, time.time(), False)
            if row is not None:
                gone = row
                try:
                    value = self._fetched(row, False)
                except OSError:
                    row = None
                self._drop(store_key, raw, gone, cleanup)
        return _answer(default if row is None else value, row, expire_time, tag)

    def _drop(
        self, key: StoreKey, raw: bool, row: Row, cleanup: Callable[[str | None], None]
    ) -> None:
        cleanup(self._delete(key, raw)[1])

    def _general_delitem(self, key: Any, retry: bool = True) -> bool:
        store_key, raw = self._disk.put(key)
        with self._transact(retry) as cleanup:
            row = self._find(store_key, raw, time.time(), False)
            if row is None:
                raise KeyError(key)
            self._drop(store_key, raw, row, cleanup)
        return True

    def _general_delete(self, key: Any, retry: bool = False) -> bool:
        try:
            return self._general_delitem(key, retry)
        except KeyError:
            return False

    # -- several at once

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The values of those keys that are there."""
        found = ((key, self.get(key, ENOVAL)) for key in keys)
        return {key: value for key, value in found if value is not ENOVAL}

    def set_many(
        self,
        items: Mapping[Any, Any],
        *,
        expire: float | None = None,
        tag: Scalar | None = None,
        retry: bool = False,
    ) -> int:
        """Stores all items in one transaction; answers how many are stored."""
        with self._transact(retry):
            return sum(self.set(key, value, expire, tag=tag) for key, value in items.items())

    def delete_many(self, keys: Iterable[Any], *, retry: bool = False) -> int:
        """Removes the keys in one transaction; answers how many were there."""
        with self._transact(retry):
            return sum(self.delete(key) for key in keys)

    # -- queues

    def _general_push(
        self,
        value: Any,
        prefix: str | None = None,
        side: str = "back",
        expire: float | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = False,
    ) -> Any:
        low, high = _bounds(prefix)
        step = {"back": 1, "front": -1}[side]
        now = time.time()
        expire_time = None if expire is None else now + expire
        stored = self._stored(ENOVAL, value, read)
        with _closing(stored), self._transact(retry, stored[2]) as cleanup:
            found = self._edge(low, high, side == "back")
            if found is None:
                number = _MIDDLE
            elif prefix is None:
                number = found[0] + step  # type: ignore[assignment,operator]
            else:
                number = int(str(found[0]).rpartition("-")[2]) + step
            key: Any = number if prefix is None else f"{prefix}-{number:015d}"
            if self._find(key, True, None, False) is not None:
                raise StoreError(f"the queue cannot grow at its {side}: the key {key!r} is taken")
            self._write(key, True, now, expire_time, tag, stored, cleanup)
            return key

    def _general_pull(
        self,
        prefix: str | None = None,
        default: Any = (None, None),
        side: str = "front",
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        low, high = _bounds(prefix)
        last = {"front": False, "back": True}[side]
        while True:
            with self._transact(retry) as cleanup:
                found = self._edge(low, high, last)
                if found is None:
                    return _answer(default, None, expire_time, tag)
                key, row = found
                fresh = row[1] is None or row[1] >= time.time()
                value = None
                if fresh:
                    try:
                        value = self._fetched(row, False)
                    except OSError:
                        fresh = False
                self._drop(key, True, row, cleanup)
            if fresh:
                return _answer((key, value), row, expire_time, tag)

    def peek(
        self,
        prefix: str | None = None,
        default: Any = (None, None),
        side: str = "front",
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """Key and value of the item at a side of a queue, or `default`; drops expired ones."""
        low, high = _bounds(prefix)
        last = {"front": False, "back": True}[side]

        def look() -> tuple[StoreKey, bool, Row] | None:
            found = self._edge(low, high, last)
            return None if found is None else (found[0], True, found[1])

        found = self._look(look, retry)
        if found is None:
            return _answer(default, None, expire_time, tag)
        key, _, row, value = found
        return _answer((key, value), row, expire_time, tag)

    def _look(
        self, look: Callable[[], tuple[StoreKey, bool, Row] | None], retry: bool
    ) -> tuple[StoreKey, bool, Row, Any] | None:
        """What `look` finds first that is not expired and can be read, with its value.

        Drops what is expired, and what could not be read twice: its file is gone.
        """
        failed, failures = 0, 0
        while True:
            with self._transact(retry) as cleanup:
                found = look()
                if found is None:
                    return None
                key, raw, row = found
                expired = row[1] is not None and row[1] < time.time()
                if expired or (row[0] == failed and failures > 1):
                    self._drop(key, raw, row, cleanup)
                    continue
            try:
                return key, raw, row, self._fetched(row, False)
            except OSError:
                failures = failures + 1 if row[0] == failed else 1
                failed = row[0]

    def peekitem(
        self, last: bool = True, expire_time: bool = False, tag: bool = False, retry: bool = False
    ) -> Any:
        """The item stored last, or first; drops expired ones. KeyError when there is none."""
        found = self._look(lambda: self._first(last), retry)
        if found is None:
            raise KeyError("dictionary is empty")
        store_key, raw, row, value = found
        return _answer((self._disk.get(store_key, raw), value), row, expire_time, tag)

    # -- iterating

    def __iter__(self) -> Iterator[Any]:
        """Keys in the order they came in, expired ones too, without those added meanwhile."""
        return self._by_rank(self._last_rank())

    def __reversed__(self) -> Iterator[Any]:
        """Keys from the one that came in last."""
        return self._by_rank_reversed(self._last_rank())

    def _by_rank(self, until: int) -> Iterator[Any]:
        rank = 0
        while found := self._scan(rank, until, _BATCH, False):
            for _, key, raw in found:
                yield self._disk.get(key, raw)
            rank = found[-1][0]

    def _by_rank_reversed(self, until: int) -> Iterator[Any]:
        while found := self._scan(0, until, _BATCH, True):
            for _, key, raw in found:
                yield self._disk.get(key, raw)
            until = found[-1][0] - 1

    def iterkeys(self, reverse: bool = False) -> Iterator[Any]:
        """Keys in sorted order: numbers, texts, bytes, others; without those added meanwhile."""
        until, start = self._last_rank(), None
        while found := self._scan_sorted(start, until, _BATCH, reverse):
            for key, raw in found:
                yield self._disk.get(key, raw)
            start = found[-1]


def _bounds(prefix: str | None) -> tuple[int | str, int | str]:
    """The keys between which the keys of a queue lie."""
    if prefix is None:
        return _LOWEST, _HIGHEST
    return f"{prefix}-{_LOWEST:015d}", f"{prefix}-{_HIGHEST:015d}"


def _answer(value: Any, row: Row | None, expire_time: bool, tag: bool) -> Any:
    """The value, with the expiry and the tag where they were asked for."""
    if not expire_time and not tag:
        return value
    known = (None, None) if row is None else row[1:3]
    if expire_time and tag:
        return (value, *known)
    return value, known[0 if expire_time else 1]


class _closing:
    """Closes a descriptor that was stored nowhere."""

    def __init__(self, stored: Stored) -> None:
        self._content = stored[4]

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        if isinstance(self._content, int):
            with suppress(OSError):
                os.close(self._content)
