"""Functions whose results are kept in a cache: keys of calls, `memoize`, `get_or_compute`.

Calls of plain functions look up, compute and store; those of coroutine functions do so without
blocking their loop, and those that miss the same key at once compute once (`_flights`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from functools import partial, wraps

from ._names import ENOVAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from ._flights import Flights
    from ._types import Scalar

    _T = TypeVar("_T")
    _F = TypeVar("_F", bound=Callable[..., Any])

_COROUTINE = 0x80 | 0x100  # inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE


def full_name(func: Callable[..., Any]) -> str:
    """The name of a function with its module's."""
    return f"{func.__module__}.{func.__qualname__}"


def args_to_key(
    base: tuple[Any, ...],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    typed: bool,
    ignore: Collection[Any],
) -> tuple[Any, ...]:
    """The key of a call: `base`, the arguments, None, names and values; with `typed` their types.

    Calls in which an argument is None have another form, so that None is not taken for the mark.
    """
    if ignore:
        args = tuple(arg for index, arg in enumerate(args) if index not in ignore)
        kwargs = {name: value for name, value in kwargs.items() if name not in ignore}
    named = sorted(kwargs.items()) if kwargs else []
    types: tuple[Any, ...] = ()
    if typed:
        types = tuple(type(arg) for arg in args) + tuple(type(value) for _, value in named)
    for arg in args:
        if arg is None:
            return (*base, args, tuple(named), *types)
    for _, value in named:
        if value is None:
            return (*base, args, tuple(named), *types)
    if not named:
        return (*base, *args, None, *types)
    return (*base, *args, None, *(part for item in named for part in item), *types)


class Memo:
    """How calls of one decorated function find, store and share results."""

    def __init__(
        self,
        lookup: Callable[[Any], Any],
        store: Callable[[Any, Any], object],
        flights: Flights,
        identify: Callable[[Any], Hashable],
        owned: Callable[[], bool],
    ) -> None:
        self.lookup, self.store, self.flights = lookup, store, flights
        self.identify, self.owned = identify, owned

    def compute(self, key: Any, function: Callable[[], _T]) -> _T:
        """The value `function` gives for a key that was missed; one thread computes it."""
        result: _T = self.flights.run(
            self.identify(key), function, partial(self.lookup, key), partial(self.store, key)
        )
        return result

    async def compute_async(self, key: Any, function: Callable[[], Awaitable[_T]]) -> _T:
        """As `compute`, for a function that gives an awaitable; one task computes it."""
        import asyncio  # the running loop has imported it

        loop = asyncio.get_running_loop()

        async def store(result: Any) -> None:
            # Storing may wait for the store's lock. This thread must not, unless it holds it.
            if self.owned():
                self.store(key, result)
            else:
                await loop.run_in_executor(None, self.store, key, result)

        result: _T = await self.flights.run_async(
            self.identify(key), function, partial(self.lookup, key), store
        )
        return result


def decorator(
    memo: Memo, name: str | None, typed: bool, ignore: Collection[Any]
) -> Callable[[_F], _F]:
    """The decorator that `memoize` gives. TypeError when it was applied without being called."""
    if callable(name):
        raise TypeError("name cannot be callable")

    def decorate(func: Any) -> Any:
        base = (full_name(func) if name is None else name,)
        lookup, store = memo.lookup, memo.store

        def cache_key(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
            return args_to_key(base, args, kwargs, typed, ignore)

        async def call_async(*args: Any, **kwargs: Any) -> Any:
            key = args_to_key(base, args, kwargs, typed, ignore)
            result = lookup(key)
            if result is ENOVAL:
                result = await memo.compute_async(key, partial(func, *args, **kwargs))
            return result

        def call(*args: Any, **kwargs: Any) -> Any:
            key = args_to_key(base, args, kwargs, typed, ignore)
            result = lookup(key)
            if result is ENOVAL:
                result = func(*args, **kwargs)
                store(key, result)
            return result

        wrapper: Any = wraps(func)(call_async if is_coroutine_function(func) else call)
        wrapper.__cache_key__ = cache_key
        return wrapper

    return decorate


def is_coroutine_function(func: Any) -> bool:
    """Whether calls of `func` give coroutines; without importing `inspect`."""
    while isinstance(func, partial):
        func = func.func
    func = getattr(func, "__func__", func)
    code = getattr(func, "__code__", None)
    return code is not None and bool(code.co_flags & _COROUTINE)


class Memoizing:
    """`memoize` and `get_or_compute`, for classes with the `get` and `set` of a cache."""

    _flights: Flights

    def _identify(self, key: Any) -> Hashable:
        raise NotImplementedError

    def _in_transaction(self) -> bool:
        raise NotImplementedError

    def _memo(self, expire: float | None, tag: Scalar | None) -> Memo:
        cache: Any = self

        def lookup(key: Any) -> Any:
            return cache.get(key, ENOVAL, retry=True)

        def store(key: Any, result: Any) -> None:
            if expire is None or expire > 0:
                cache.set(key, result, expire, tag=tag, retry=True)

        return Memo(lookup, store, self._flights, self._identify, self._in_transaction)

    def memoize(
        self,
        name: str | None = None,
        typed: bool = False,
        expire: float | None = None,
        tag: Scalar | None = None,
        ignore: Collection[Any] = (),
    ) -> Callable[[_F], _F]:
        """Decorator: results are kept for `expire` seconds, 0 keeps none, and found by arguments.

        `name` stands for the function's in keys; with `typed`, 1 and 1.0 are different arguments;
        `ignore` holds positions and names of arguments that do not count. The function is kept as
        `__wrapped__`, and `__cache_key__` gives the key of a call. Of coroutines that miss the
        same key at once, one runs.
        """
        return decorator(self._memo(expire, tag), name, typed, ignore)

    def get_or_compute(
        self,
        key: Any,
        function: Callable[[], _T],
        *,
        expire: float | None = None,
        tag: Scalar | None = None,
    ) -> _T:
        """The value of `key`; when it is missing, what `function` gives, which is stored.

        Of the threads of this process that miss the same key at once, one calls its function.
        """
        memo = self._memo(expire, tag)
        value = memo.lookup(key)
        return memo.compute(key, function) if value is ENOVAL else value

    async def aget_or_compute(
        self,
        key: Any,
        function: Callable[[], Awaitable[_T]],
        *,
        expire: float | None = None,
        tag: Scalar | None = None,
    ) -> _T:
        """As `get_or_compute`, for a function that gives an awaitable: one task runs it."""
        memo = self._memo(expire, tag)
        value = memo.lookup(key)
        return await memo.compute_async(key, function) if value is ENOVAL else value
