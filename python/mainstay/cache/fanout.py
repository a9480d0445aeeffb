"""`FanoutCache`: a cache of several stores, so that processes write at the same time.

Each key has its store, by the disk's hash. May be shared as a `Cache` may. Where a `Cache` raises
Timeout, methods here answer as if the key were missing, or nothing had been done, unless `retry`.
"""

from __future__ import annotations

import os
import os.path as op
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from itertools import chain

from ._flights import Flights
from ._memo import Memoizing
from ._names import IMPORTED, MOVED
from .core import (
    DEFAULT_SETTINGS,
    ENOVAL,
    Cache,
    Disk,
    FullDiskError,
    StoreError,
    Timeout,
    directory_of,
)
from .persistent import Deque, Index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar
    from warnings import WarningMessage

    from typing_extensions import Self

    from ._types import Scalar

    _P = ParamSpec("_P")
    _T = TypeVar("_T")


def _of_store(
    method: Callable[Concatenate[Any, Any, _P], _T], otherwise: _T
) -> Callable[Concatenate[FanoutCache, Any, _P], _T]:
    """The method of the key's store; gives `otherwise` when that stays locked."""
    name = method.__name__

    def call(self: FanoutCache, key: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(self._shard(key), name)(key, *args, **kwargs)
        except Timeout:
            return otherwise

    wrapper: Any = wraps(method)(call)
    wrapper.__module__, wrapper.__qualname__ = __name__, f"FanoutCache.{name}"
    return wrapper  # type: ignore[no-any-return]


class FanoutCache(Memoizing):
    """A cache whose keys are spread over `shards` stores; see the module."""

    _cache_type: ClassVar[type[Cache]] = Cache
    _deque_type: ClassVar[type[Deque]] = Deque
    _index_type: ClassVar[type[Index]] = Index

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        shards: int = 8,
        timeout: float = 0.010,
        disk: type[Disk] = Disk,
        **settings: Any,
    ) -> None:
        """Opens the stores below `directory`; None makes a temporary one.

        `settings` are those of `Cache`; each store gets its part of `size_limit`.
        """
        self._directory = directory_of(directory)
        limit = settings.pop("size_limit", DEFAULT_SETTINGS["size_limit"])
        self._count, self._disk = shards, disk
        self._options: dict[str, Any] = {
            key: settings[key] for key in ("pickle", "strict_size", "sync") if key in settings
        }
        self._shards: tuple[Cache, ...] = tuple(
            self._cache_type(
                op.join(self._directory, f"{number:03d}"),
                timeout=timeout,
                disk=disk,
                size_limit=limit / shards,
                **settings,
            )
            for number in range(shards)
        )
        self._hash = self._shards[0].disk.hash
        self._flights = Flights()
        self._caches: dict[str, Cache] = {}
        self._deques: dict[str, Deque] = {}
        self._indexes: dict[str, Index] = {}
        taken_over = any(getattr(shard, IMPORTED, 0) for shard in self._shards)
        if taken_over and not hasattr(self._shards[0], MOVED):
            from ._import import put_in_place

            put_in_place(self)

    @property
    def directory(self) -> str:
        """Where the stores lie."""
        return self._directory

    def __getattr__(self, name: str) -> Any:
        valid = name in DEFAULT_SETTINGS or name in ("timeout", "disk")
        assert valid, f"cannot access {name} in cache shard"
        return getattr(self._shards[0], name)

    @contextmanager
    def transact(self, retry: bool = True) -> Iterator[None]:
        """A block that holds the locks of all stores; see `Cache.transact`. Waits for them."""
        assert retry, "retry must be True in FanoutCache"
        with ExitStack() as stack:
            for shard in self._shards:
                stack.enter_context(shard.transact(retry=True))
            yield

    def _shard(self, key: Any) -> Cache:
        return self._shards[self._hash(key) % self._count]

    # -- single items

    set = _of_store(Cache.set, False)
    add = _of_store(Cache.add, False)
    touch = _of_store(Cache.touch, False)
    incr = _of_store(Cache.incr, None)
    decr = _of_store(Cache.decr, None)
    delete = _of_store(Cache.delete, False)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._shard(key)[key] = value

    def get(
        self,
        key: Any,
        default: Any = None,
        read: bool = False,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """As `Cache.get`; the default also when the store cannot be read."""
        try:
            return self._shard(key).get(key, default, read, expire_time, tag, retry)
        except (Timeout, StoreError, FullDiskError):
            return default

    def __getitem__(self, key: Any) -> Any:
        return self._shard(key)[key]

    def read(self, key: Any) -> Any:
        """As `Cache.read`."""
        handle = self.get(key, default=ENOVAL, read=True, retry=True)
        if handle is ENOVAL:
            raise KeyError(key)
        return handle

    def __contains__(self, key: Any) -> bool:
        return key in self._shard(key)

    def pop(
        self,
        key: Any,
        default: Any = None,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """As `Cache.pop`; the default when the store stays locked."""
        try:
            return self._shard(key).pop(key, default, expire_time, tag, retry)
        except Timeout:
            return default

    def __delitem__(self, key: Any) -> None:
        del self._shard(key)[key]

    # -- many items

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
        """Stores the items, those of one store in one transaction; answers how many."""
        parts: dict[int, dict[Any, Any]] = {}
        for key, value in items.items():
            parts.setdefault(self._hash(key) % self._count, {})[key] = value
        return self._sum(
            lambda index: self._shards[index].set_many(
                parts[index], expire=expire, tag=tag, retry=retry
            ),
            parts,
        )

    def delete_many(self, keys: Iterable[Any], *, retry: bool = False) -> int:
        """Removes the keys, those of one store in one transaction; answers how many."""
        parts: dict[int, list[Any]] = {}
        for key in keys:
            parts.setdefault(self._hash(key) % self._count, []).append(key)
        return self._sum(
            lambda index: self._shards[index].delete_many(parts[index], retry=retry), parts
        )

    def _sum(self, step: Callable[[int], int], indexes: Iterable[int]) -> int:
        total = 0
        for index in indexes:
            try:
                total += step(index)
            except Timeout:
                pass
        return total

    # -- upkeep

    def check(self, fix: bool = False, retry: bool = False) -> list[WarningMessage]:
        """As `Cache.check`, for all stores."""
        return [found for shard in self._shards for found in shard.check(fix, retry)]

    def expire(self, retry: bool = False) -> int:
        """Removes what has expired; answers how many items."""
        return self._remove("expire", (time.time(),), retry)

    def create_tag_index(self) -> None:
        """As `Cache.create_tag_index`."""
        for shard in self._shards:
            shard.create_tag_index()

    def drop_tag_index(self) -> None:
        """As `Cache.drop_tag_index`."""
        for shard in self._shards:
            shard.drop_tag_index()

    def evict(self, tag: Scalar | None, retry: bool = False) -> int:
        """Removes the items with this tag; answers how many."""
        return self._remove("evict", (tag,), retry)

    def cull(self, retry: bool = False) -> int:
        """As `Cache.cull`, for all stores."""
        return self._remove("cull", (), retry)

    def clear(self, retry: bool = False) -> int:
        """Removes all items; answers how many."""
        return self._remove("clear", (), retry)

    def _remove(self, name: str, args: tuple[Any, ...], retry: bool) -> int:
        total = 0
        for shard in self._shards:
            while True:
                try:
                    total += getattr(shard, name)(*args, retry=retry)
                except Timeout as timeout:  # says how many it had removed
                    total += timeout.args[0]
                else:
                    break
        return total

    def stats(self, enable: bool = True, reset: bool = False) -> tuple[int, int]:
        """As `Cache.stats`, of all stores together."""
        hits, misses = zip(*(shard.stats(enable, reset) for shard in self._shards), strict=True)
        return sum(hits), sum(misses)

    def volume(self) -> int:
        """Bytes the items take."""
        return sum(shard.volume() for shard in self._shards)

    def reset(self, key: str, value: Any = ENOVAL) -> Any:
        """As `Cache.reset`, for all stores; waits for their locks."""
        result = None
        for shard in self._shards:
            while True:
                try:
                    result = shard.reset(key, value)
                except Timeout:
                    continue
                break
        return result

    # -- what it is

    def close(self) -> None:
        """Lets go of the stores. The next operation opens them again."""
        for shard in self._shards:
            shard.close()
        self._caches.clear()
        self._deques.clear()
        self._indexes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getstate__(self) -> tuple[Any, ...]:
        state = (self._directory, self._count, self.timeout, type(self.disk))
        return (*state, self._options) if self._options else state

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        options = state[4] if len(state) > 4 else {}
        self.__init__(*state[:4], **options)  # type: ignore[misc]

    def __iter__(self) -> Iterator[Any]:
        """Keys, store by store, expired ones too."""
        return chain.from_iterable(iter(shard) for shard in self._shards)

    def __reversed__(self) -> Iterator[Any]:
        return chain.from_iterable(reversed(shard) for shard in reversed(self._shards))

    def __len__(self) -> int:
        return sum(len(shard) for shard in self._shards)

    def _identify(self, key: Any) -> Hashable:
        return self._shards[0]._identify(key)

    def _in_transaction(self) -> bool:
        return any(shard._in_transaction() for shard in self._shards)

    # -- stores below

    def _below(self, kind: str, name: str) -> str:
        return op.join(self._directory, kind, *name.split("/"))

    def cache(
        self, name: str, timeout: float = 60, disk: type[Disk] | None = None, **settings: Any
    ) -> Cache:
        """The `Cache` of this name below the directory; with the same disk unless told."""
        if name not in self._caches:
            self._caches[name] = self._cache_type(
                self._below("cache", name),
                timeout=timeout,
                disk=self._disk if disk is None else disk,
                **(self._options | settings),
            )
        return self._caches[name]

    def deque(self, name: str, maxlen: int | None = None) -> Deque:
        """The `Deque` of this name below the directory."""
        if name not in self._deques:
            self._deques[name] = self._deque_type.fromcache(
                self._lasting("deque", name), (), maxlen
            )
        return self._deques[name]

    def index(self, name: str) -> Index:
        """The `Index` of this name below the directory."""
        if name not in self._indexes:
            self._indexes[name] = self._index_type.fromcache(self._lasting("index", name))
        return self._indexes[name]

    def _lasting(self, kind: str, name: str) -> Cache:
        """A cache that evicts nothing."""
        return self._cache_type(
            self._below(kind, name), disk=self._disk, eviction_policy="none", **self._options
        )
