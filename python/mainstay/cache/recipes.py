"""What caches are good for besides caching: averages, locks between processes, throttles.

All of it is kept under one key each, which must not be evicted: take a cache with the eviction
policy "none". Locks wait for one another without polling where the cache is a `Cache` or a
`FanoutCache`. A lock of a process that died stays taken until it expires: give it an `expire`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection
from functools import partial, wraps

from ._memo import args_to_key, full_name, is_coroutine_function
from .core import ENOVAL, Cache
from .fanout import FanoutCache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from ._types import Scalar

    _F = TypeVar("_F", bound=Callable[..., Any])

_POLL = 0.001
# A waiter looks again after this many seconds even if nothing woke it.
_LONGEST_WAIT = 1.0


class _Recipe:
    """A key of a cache, and how values are stored under it."""

    def __init__(
        self, cache: Any, key: Any, expire: float | None = None, tag: Scalar | None = None
    ) -> None:
        """Keeps its state under `key`, for `expire` seconds after each change."""
        self._cache, self._key = cache, key
        self._expire, self._tag = expire, tag

    def _set(self, value: Any) -> None:
        self._cache.set(self._key, value, expire=self._expire, tag=self._tag)


class Averager(_Recipe):
    """A running average that processes share."""

    def add(self, value: float) -> None:
        """Counts a value in."""
        with self._cache.transact(retry=True):
            total, count = self._cache.get(self._key, default=(0.0, 0))
            self._set((total + value, count + 1))

    def get(self) -> float | None:
        """The average; None before the first value."""
        total, count = self._cache.get(self._key, default=(0.0, 0), retry=True)
        return total / count if count else None

    def pop(self) -> float | None:
        """The average; then starts again."""
        total, count = self._cache.pop(self._key, default=(0.0, 0), retry=True)
        return total / count if count else None


class _Waiting(_Recipe):
    """A recipe whose `acquire` waits until `_try` succeeds."""

    def _try(self) -> bool:
        raise NotImplementedError

    def release(self) -> None:
        raise NotImplementedError

    def acquire(self) -> None:
        """Waits until it is to be had, and takes it."""
        while True:
            # Asked before trying: what changes between trying and waiting ends the wait at once.
            wait = _changes(self._cache, self._key)
            if self._try():
                return
            wait()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


class Lock(_Waiting):
    """A lock between threads and processes."""

    def _try(self) -> bool:
        added: bool = self._cache.add(
            self._key, None, expire=self._expire, tag=self._tag, retry=True
        )
        return added

    def release(self) -> None:
        """Gives it free, also when another holds it."""
        self._cache.delete(self._key, retry=True)

    def locked(self) -> bool:
        """Whether it is taken."""
        return self._key in self._cache


class RLock(_Waiting):
    """A lock that the thread that holds it may take again."""

    def _try(self) -> bool:
        me = _thread_name()
        with self._cache.transact(retry=True):
            owner, count = self._cache.get(self._key, default=(None, 0))
            if owner != me and count:
                return False
            self._set((me, count + 1))
            return True

    def release(self) -> None:
        """Gives it free once. AssertionError when this thread does not hold it."""
        me = _thread_name()
        with self._cache.transact(retry=True):
            owner, count = self._cache.get(self._key, default=(None, 0))
            assert owner == me and count > 0, "cannot release un-acquired lock"
            self._set((me, count - 1))


class BoundedSemaphore(_Waiting):
    """Lets `value` holders in at a time."""

    def __init__(
        self,
        cache: Any,
        key: Any,
        value: int = 1,
        expire: float | None = None,
        tag: Scalar | None = None,
    ) -> None:
        """Keeps its state under `key`, for `expire` seconds after each change."""
        super().__init__(cache, key, expire, tag)
        self._value = value

    def _try(self) -> bool:
        with self._cache.transact(retry=True):
            left = self._cache.get(self._key, default=self._value)
            if left > 0:
                self._set(left - 1)
            return bool(left > 0)

    def release(self) -> None:
        """Gives one place free. AssertionError when none is taken."""
        with self._cache.transact(retry=True):
            left = self._cache.get(self._key, default=self._value)
            assert self._value > left, "cannot release un-acquired semaphore"
            self._set(left + 1)


def _thread_name() -> str:
    return f"{os.getpid()}-{threading.get_ident()}"


def _changes(cache: Any, key: Any) -> Callable[[], object]:
    """What waits until a key may have changed since now."""
    if isinstance(cache, FanoutCache):
        cache = cache._shard(key)
    if not isinstance(cache, Cache):
        return partial(time.sleep, _POLL)
    store_key, raw = cache._disk.put(key)
    ticket = cache._ticket(store_key, raw)

    def wait() -> None:
        seconds = _LONGEST_WAIT
        row = cache._find(store_key, raw, None, False)
        if row is not None and row[1] is not None:  # nothing tells when it expires
            seconds = min(seconds, max(row[1] - time.time(), 0) + _POLL)
        cache._wait(store_key, raw, ticket, seconds)

    return wait


def throttle(
    cache: Any,
    count: float,
    seconds: float,
    name: str | None = None,
    expire: float | None = None,
    tag: Scalar | None = None,
    time_func: Callable[[], float] = time.time,
    sleep_func: Callable[[float], object] = time.sleep,
) -> Callable[[_F], _F]:
    """Decorator: of all processes together, `count` calls run in `seconds`; the rest wait."""

    def decorate(func: Any) -> Any:
        rate = count / float(seconds)
        key = full_name(func) if name is None else name
        cache.set(key, (time_func(), count), expire=expire, tag=tag, retry=True)

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            while True:
                with cache.transact(retry=True):
                    last, left = cache.get(key)
                    now = time_func()
                    left = min(left + (now - last) * rate, count)
                    if left >= 1:
                        cache.set(key, (now, left - 1), expire)
                        break
                sleep_func((1 - left) / rate)
            return func(*args, **kwargs)

        return wrapper

    return decorate


def barrier(
    cache: Any,
    lock_factory: Callable[..., Any],
    name: str | None = None,
    expire: float | None = None,
    tag: Scalar | None = None,
) -> Callable[[_F], _F]:
    """Decorator: calls run while they hold a lock of `lock_factory`, such as `Lock`."""

    def decorate(func: Any) -> Any:
        key = full_name(func) if name is None else name
        lock = lock_factory(cache, key, expire=expire, tag=tag)

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return func(*args, **kwargs)

        return wrapper

    return decorate


def memoize_stampede(
    cache: Any,
    expire: float,
    name: str | None = None,
    typed: bool = False,
    tag: Scalar | None = None,
    beta: float = 1,
    ignore: Collection[Any] = (),
) -> Callable[[_F], _F]:
    """As `Cache.memoize`, and results are computed anew shortly before they expire.

    One call, by chance the earlier the longer computing takes and the greater `beta` is, starts
    a thread that computes; all calls meanwhile get the result there is. (Vattani, Chierichetti,
    Lowenstein: Optimal Probabilistic Cache Stampede Prevention, 2015.)
    """
    import math  # dear to import, as is random; programs decorate once
    import random

    def decorate(func: Any) -> Any:
        if is_coroutine_function(func):
            raise TypeError(
                f"memoize_stampede computes in threads and {full_name(func)} is a coroutine "
                "function; use cache.memoize(expire=...), which runs one of those that miss"
            )
        base = (full_name(func) if name is None else name,)

        def compute(key: Any, args: Any, kwargs: Any) -> tuple[Any, float]:
            start = time.time()
            result = func(*args, **kwargs)
            pair = result, time.time() - start
            cache.set(key, pair, expire=expire, tag=tag, retry=True)
            return pair

        def recompute(key: Any, args: Any, kwargs: Any) -> None:
            with cache:
                compute(key, args, kwargs)

        def cache_key(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
            return args_to_key(base, args, kwargs, typed, ignore)

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = cache_key(*args, **kwargs)
            pair, expires = cache.get(key, default=ENOVAL, expire_time=True, retry=True)
            if pair is ENOVAL:
                return compute(key, args, kwargs)[0]
            result, delta = pair
            left = expires - time.time()
            soon = -delta * beta * math.log(random.random()) >= left
            # The first one to add this key computes; the key goes when that takes too long.
            if soon and cache.add((*key, ENOVAL), None, expire=delta, retry=True):
                work = (key, args, kwargs)
                threading.Thread(target=recompute, args=work, daemon=True).start()
            return result

        wrapper.__cache_key__ = cache_key  # type: ignore[attr-defined]
        return wrapper

    return decorate
