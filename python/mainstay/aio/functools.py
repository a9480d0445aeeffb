"""`cache`, `lru_cache` and `reduce` for coroutine functions.

A cache belongs to the event loop in which it is filled, and ends with it. Calls with the same
arguments at the same time wait for one of them; others do not.
"""

from __future__ import annotations

__all__ = (
    "AsyncCacheInfo",
    "AsyncCacheParameters",
    "AsyncLRUCacheWrapper",
    "cache",
    "lru_cache",
    "reduce",
)

import functools
from collections import OrderedDict
from collections.abc import AsyncIterable, Iterable
from inspect import iscoroutinefunction
from typing import Any, Generic, NamedTuple, ParamSpec, TypedDict, TypeVar, final, overload
from weakref import WeakKeyDictionary

from ._core._eventloop import current_time
from ._core._exceptions import NoEventLoopError
from ._core._synchronization import Lock
from .lowlevel import RunVar, checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable

T = TypeVar("T")
S = TypeVar("S")
P = ParamSpec("P")

_MISSING: Any = object()


class AsyncCacheInfo(NamedTuple):
    """What a cache has done and holds. `currsize` is of the current event loop."""

    hits: int
    misses: int
    maxsize: int | None
    currsize: int
    ttl: int | None


class AsyncCacheParameters(TypedDict):
    """How a cache was made."""

    maxsize: int | None
    typed: bool
    always_checkpoint: bool
    ttl: int | None


class _Pending:
    """Calls with the same arguments: one computes, the others wait for the lock."""

    __slots__ = ("lock", "users")

    def __init__(self, lock: Lock) -> None:
        self.lock = lock
        self.users = 0


class _Entries:
    """The results of one function in one event loop, the one used longest ago first."""

    __slots__ = ("pending", "results")

    def __init__(self) -> None:
        self.results: OrderedDict[Hashable, tuple[Any, float | None]] = OrderedDict()
        self.pending: dict[Hashable, _Pending] = {}

    def find(self, key: Hashable) -> Any:
        """The result for `key`, or _MISSING when there is none or its time is over."""
        found = self.results.get(key)
        if found is None:
            return _MISSING
        value, expires = found
        if expires is not None and current_time() >= expires:
            del self.results[key]
            return _MISSING
        self.results.move_to_end(key)
        return value


_entries_of_loop: RunVar[WeakKeyDictionary[AsyncLRUCacheWrapper[..., Any], _Entries]] = RunVar(
    "lru_cache_items"
)


class _LRUMethodWrapper(Generic[T]):
    """A cached method of an object; the object is the first argument of each call."""

    def __init__(self, wrapper: AsyncLRUCacheWrapper[..., T], instance: object) -> None:
        self.__wrapper = wrapper
        # Without an object the method was looked up in its class.
        self.__leading = () if instance is None else (instance,)
        functools.update_wrapper(self, wrapper.__wrapped__)

    async def __call__(self, *args: Any, **kwargs: Any) -> T:
        return await self.__wrapper(*self.__leading, *args, **kwargs)

    # The cache is the function's, not the object's: so are these.

    @property
    def cache_info(self) -> Callable[[], AsyncCacheInfo]:
        return self.__wrapper.cache_info

    @property
    def cache_clear(self) -> Callable[[], None]:
        return self.__wrapper.cache_clear

    @property
    def cache_parameters(self) -> Callable[[], AsyncCacheParameters]:
        return self.__wrapper.cache_parameters


@final
class AsyncLRUCacheWrapper(Generic[P, T]):
    """A coroutine function with a cache before it. Made by `lru_cache`."""

    __wrapped__: Callable[P, Awaitable[T]]

    def __init__(
        self,
        func: Callable[P, Awaitable[T]],
        maxsize: int | None,
        typed: bool,
        always_checkpoint: bool,
        ttl: int | None,
    ) -> None:
        self._maxsize = None if maxsize is None else max(maxsize, 0)
        self._typed = typed
        self._always_checkpoint = always_checkpoint
        self._ttl = ttl
        self._hits = self._misses = 0
        functools.update_wrapper(self, func)

    def _entries(self) -> _Entries:
        try:
            of_loop = _entries_of_loop.get()
        except LookupError:
            of_loop = WeakKeyDictionary()
            _entries_of_loop.set(of_loop)
        entries = of_loop.get(self)
        if entries is None:
            entries = of_loop[self] = _Entries()
        return entries

    def cache_info(self) -> AsyncCacheInfo:
        """Hits and misses of all event loops since the last `cache_clear`, and the size here."""
        try:
            size = len(self._entries().results)
        except NoEventLoopError:
            size = 0
        return AsyncCacheInfo(self._hits, self._misses, self._maxsize, size, self._ttl)

    def cache_parameters(self) -> AsyncCacheParameters:
        """The arguments of `lru_cache`."""
        return AsyncCacheParameters(
            maxsize=self._maxsize,
            typed=self._typed,
            always_checkpoint=self._always_checkpoint,
            ttl=self._ttl,
        )

    def cache_clear(self) -> None:
        """Forget the results of the current event loop, and the counts."""
        self._hits = self._misses = 0
        try:
            self._entries().results.clear()
        except NoEventLoopError:
            pass

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        value: T
        if self._maxsize == 0:
            value = await self.__wrapped__(*args, **kwargs)
            self._misses += 1
        else:
            entries = self._entries()
            key = functools._make_key(args, kwargs, self._typed)
            value = entries.find(key)
            if value is _MISSING:
                return await self._fill(entries, key, *args, **kwargs)
            self._hits += 1
        if self._always_checkpoint:
            await checkpoint()
        return value

    async def _fill(
        self, entries: _Entries, key: Hashable, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Compute what was not found, or wait for the task that does."""
        value: T
        pending = entries.pending.get(key)
        if pending is None:
            lock = Lock(fast_acquire=not self._always_checkpoint)
            pending = entries.pending[key] = _Pending(lock)
        pending.users += 1
        try:
            async with pending.lock:
                # Another task may have computed it in the meantime.
                value = entries.find(key)
                if value is not _MISSING:
                    self._hits += 1
                    return value
                self._misses += 1
                value = await self.__wrapped__(*args, **kwargs)
                expires = None if self._ttl is None else current_time() + self._ttl
                entries.results[key] = value, expires
                if self._maxsize is not None and len(entries.results) > self._maxsize:
                    entries.results.popitem(last=False)
                return value
        finally:
            pending.users -= 1
            if not pending.users:
                del entries.pending[key]

    def __get__(self, instance: object, owner: type | None = None) -> _LRUMethodWrapper[T]:
        return _LRUMethodWrapper(self, instance)


class _LRUCacheWrapper:
    """`lru_cache` with its options given: takes the function."""

    def __init__(
        self, maxsize: int | None, typed: bool, always_checkpoint: bool, ttl: int | None
    ) -> None:
        self._options = maxsize, typed, always_checkpoint, ttl

    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, func: Callable[P, Coroutine[Any, Any, T]], /
    ) -> AsyncLRUCacheWrapper[P, T]: ...

    @overload
    def __call__(self, func: Callable[..., T], /) -> functools._lru_cache_wrapper[T]: ...

    def __call__(self, func: Callable[..., Any], /) -> Any:
        if iscoroutinefunction(func):
            return AsyncLRUCacheWrapper(func, *self._options)
        maxsize, typed, *_ = self._options
        return functools.lru_cache(maxsize=maxsize, typed=typed)(func)


@overload
def cache(  # type: ignore[overload-overlap]
    func: Callable[P, Coroutine[Any, Any, T]], /
) -> AsyncLRUCacheWrapper[P, T]: ...


@overload
def cache(func: Callable[..., T], /) -> functools._lru_cache_wrapper[T]: ...


def cache(func: Callable[..., Any], /) -> Any:
    """`lru_cache` without a limit."""
    return lru_cache(maxsize=None)(func)


@overload
def lru_cache(
    *,
    maxsize: int | None = ...,
    typed: bool = ...,
    always_checkpoint: bool = ...,
    ttl: int | None = ...,
) -> _LRUCacheWrapper: ...


@overload
def lru_cache(  # type: ignore[overload-overlap]
    func: Callable[P, Coroutine[Any, Any, T]], /
) -> AsyncLRUCacheWrapper[P, T]: ...


@overload
def lru_cache(func: Callable[..., T], /) -> functools._lru_cache_wrapper[T]: ...


def lru_cache(
    func: Callable[..., Any] | None = None,
    /,
    *,
    maxsize: int | None = 128,
    typed: bool = False,
    always_checkpoint: bool = False,
    ttl: int | None = None,
) -> Any:
    """Keep the last `maxsize` results of a coroutine function, each for `ttl` seconds.

    With `always_checkpoint` each call gives other tasks a turn, also when the result is there. A
    plain function gets the `functools.lru_cache` of the standard library.
    """
    decorate = _LRUCacheWrapper(maxsize, typed, always_checkpoint, ttl)
    if func is None:
        return decorate
    if not callable(func):
        raise TypeError("the first argument must be callable")
    return decorate(func)


@overload
async def reduce(
    function: Callable[[T, S], Awaitable[T]],
    iterable: Iterable[S] | AsyncIterable[S],
    /,
    initial: T,
) -> T: ...


@overload
async def reduce(
    function: Callable[[T, T], Awaitable[T]], iterable: Iterable[T] | AsyncIterable[T], /
) -> T: ...


async def reduce(
    function: Callable[[Any, Any], Awaitable[Any]],
    iterable: Iterable[Any] | AsyncIterable[Any],
    /,
    initial: Any = _MISSING,
) -> Any:
    """What `function` makes of the items, two at a time from the left, or of `initial` first."""
    result = initial
    called = False
    if isinstance(iterable, AsyncIterable):
        async for item in iterable:
            called = called or result is not _MISSING
            result = item if result is _MISSING else await function(result, item)
    elif isinstance(iterable, Iterable):
        for item in iterable:
            called = called or result is not _MISSING
            result = item if result is _MISSING else await function(result, item)
    else:
        raise TypeError("reduce() argument 2 must be an iterable or async iterable")
    if result is _MISSING:
        raise TypeError("reduce() of empty sequence with no initial value")
    if not called:
        # Nothing was awaited so far that could have given a turn.
        await checkpoint()
    return result
