"""`DjangoCache`: a cache backend for Django on a `FanoutCache`.

In settings: `BACKEND` is this class by dotted name, `LOCATION` the directory; `SHARDS`,
`DATABASE_TIMEOUT` and `OPTIONS` (settings of `Cache`) may be given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.core.cache.backends.base import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
    DEFAULT_TIMEOUT,
    BaseCache,
)

from ._memo import Memo, decorator
from .core import ENOVAL
from .fanout import FanoutCache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, TypeVar

    from ._types import Scalar
    from .core import Cache
    from .persistent import Deque, Index

    _F = TypeVar("_F", bound=Callable[..., Any])


class DjangoCache(BaseCache):  # type: ignore[misc]
    """Django's cache interface. Timeouts are seconds, None never expires. Threads may share it."""

    _fanout_type: ClassVar[type[FanoutCache]] = FanoutCache

    def __init__(self, directory: str, params: dict[str, Any]) -> None:
        """Django makes it, from its settings."""
        super().__init__(params)
        self._cache = self._fanout_type(
            directory,
            params.get("SHARDS", 8),
            params.get("DATABASE_TIMEOUT", 0.010),
            **params.get("OPTIONS", {}),
        )

    @property
    def directory(self) -> str:
        """Where the stores lie."""
        return self._cache.directory

    def cache(self, name: str) -> Cache:
        """The `Cache` of this name below the directory."""
        return self._cache.cache(name)

    def deque(self, name: str, maxlen: int | None = None) -> Deque:
        """The `Deque` of this name below the directory."""
        return self._cache.deque(name, maxlen=maxlen)

    def index(self, name: str) -> Index:
        """The `Index` of this name below the directory."""
        return self._cache.index(name)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = True,
    ) -> bool:
        """Stores a value if the key is missing; answers whether it did."""
        key = self.make_key(key, version=version)
        timeout = self.get_backend_timeout(timeout=timeout)
        return self._cache.add(key, value, timeout, read, tag, retry)

    def get(
        self,
        key: Any,
        default: Any = None,
        version: int | None = None,
        read: bool = False,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """The value of a key, or `default`; the flags are those of `Cache.get`."""
        key = self.make_key(key, version=version)
        return self._cache.get(key, default, read, expire_time, tag, retry)

    def read(self, key: Any, version: int | None = None) -> Any:
        """The value of a key as an open binary file. KeyError."""
        return self._cache.read(self.make_key(key, version=version))

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = True,
    ) -> bool:
        """Stores a value; answers whether it is stored."""
        key = self.make_key(key, version=version)
        timeout = self.get_backend_timeout(timeout=timeout)
        return self._cache.set(key, value, timeout, read, tag, retry)

    def touch(
        self,
        key: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
        retry: bool = True,
    ) -> bool:
        """Gives a key a new timeout; answers whether it was there."""
        key = self.make_key(key, version=version)
        return self._cache.touch(key, self.get_backend_timeout(timeout=timeout), retry)

    def pop(
        self,
        key: Any,
        default: Any = None,
        version: int | None = None,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = True,
    ) -> Any:
        """Removes a key and gives its value, or `default`."""
        key = self.make_key(key, version=version)
        return self._cache.pop(key, default, expire_time, tag, retry)

    def delete(self, key: Any, version: int | None = None, retry: bool = True) -> bool:
        """Removes a key; answers whether it was there."""
        return self._cache.delete(self.make_key(key, version=version), retry)

    def incr(
        self,
        key: Any,
        delta: Any = 1,
        version: int | None = None,
        default: Any = None,
        retry: bool = True,
    ) -> Any:
        """Adds to a value, atomically. ValueError when the key is missing, without a default."""
        key = self.make_key(key, version=version)
        try:
            return self._cache.incr(key, delta, default, retry)
        except KeyError:
            raise ValueError(f"Key '{key}' not found") from None

    def decr(
        self,
        key: Any,
        delta: Any = 1,
        version: int | None = None,
        default: Any = None,
        retry: bool = True,
    ) -> Any:
        """Subtracts from a value, as `incr` adds."""
        return self.incr(key, -delta, version, default, retry)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether the key is there and has not expired."""
        return self.make_key(key, version=version) in self._cache

    def expire(self) -> int:
        """Removes what has expired; answers how many items."""
        return self._cache.expire()

    def stats(self, enable: bool = True, reset: bool = False) -> tuple[int, int]:
        """As `Cache.stats`."""
        return self._cache.stats(enable=enable, reset=reset)

    def create_tag_index(self) -> None:
        """As `Cache.create_tag_index`."""
        self._cache.create_tag_index()

    def drop_tag_index(self) -> None:
        """As `Cache.drop_tag_index`."""
        self._cache.drop_tag_index()

    def evict(self, tag: Scalar | None) -> int:
        """Removes the items with this tag; answers how many."""
        return self._cache.evict(tag)

    def cull(self) -> int:
        """As `Cache.cull`."""
        return self._cache.cull()

    def clear(self) -> int:
        """Removes all items; answers how many."""
        return self._cache.clear()

    def close(self, **kwargs: Any) -> None:
        """Lets go of the stores. Django calls it after each request."""
        self._cache.close()

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float | None:
        """Seconds until an item expires, as `Cache` takes them."""
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        elif timeout == 0:
            timeout = -1  # expired at once, however coarse the clock
        return timeout  # type: ignore[no-any-return]

    def memoize(
        self,
        name: str | None = None,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
        typed: bool = False,
        tag: Scalar | None = None,
        ignore: Collection[Any] = (),
    ) -> Callable[[_F], _F]:
        """As `Cache.memoize`; a timeout of 0 keeps no results."""
        keep = timeout is None or timeout == DEFAULT_TIMEOUT or timeout > 0

        def lookup(key: Any) -> Any:
            return self.get(key, ENOVAL, version, retry=True)

        def store(key: Any, result: Any) -> None:
            if keep:
                self.set(key, result, timeout, version, tag=tag, retry=True)

        def identify(key: Any) -> Any:
            return self.make_key(key, version=version)

        cache = self._cache
        memo = Memo(lookup, store, cache._flights, identify, cache._in_transaction)
        return decorator(memo, name, typed, ignore)
