"""Bounded dicts (`LRI`, `LRU`), caches of results (`cached`, `cachedproperty`), bounded counts.

`LRI` and `LRU` may be shared by threads. A cached function that two threads call at once may run
twice; both results are right. `ThresholdCounter` and `MinIDMap` are changed by one thread at a
time.
"""

from __future__ import annotations

from _heapq import heappop, heappush
from _weakref import ref
from itertools import chain, islice, repeat
from operator import attrgetter

from ._caches import DEFAULT_MAX_SIZE, KEY, LRI, LRU, NEXT, PREV, VALUE
from ._native import Cached, Counts
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

# fmt: off
__all__ = [
    "DEFAULT_MAX_SIZE", "KEY", "LRI", "LRU", "NEXT", "PREV", "VALUE", "CachedFunction",
    "CachedMethod", "MinIDMap", "ThresholdCounter", "cached", "cachedmethod", "cachedproperty",
    "make_cache_key",
]
# fmt: on

_KWARG_MARK = Sentinel("_KWARG_MARK", __name__)


def make_cache_key(
    args: Iterable[Any],
    kwargs: Mapping[str, Any],
    typed: bool = False,
    kwarg_mark: object = _KWARG_MARK,
    fasttypes: frozenset[type] = frozenset([int, str, frozenset, type(None)]),
) -> Any:
    """A key for a call with these arguments: a tuple, or the argument where it is a simple one.

    With `typed`, 3 and 3.0 give different keys.

    >>> make_cache_key(("a", "b"), {"c": "d"})
    ('a', 'b', _KWARG_MARK, ('c', 'd'))
    """
    key = tuple(args)
    named = sorted(kwargs.items()) if kwargs else []
    types = [*map(type, key), *(type(value) for _, value in named)] if typed else []
    if named:
        key = (*key, kwarg_mark, *named)
    if typed:
        return (*key, *types)
    return key[0] if len(key) == 1 and type(key[0]) in fasttypes else key


def _is_mapping(cache: object) -> bool:
    return callable(getattr(cache, "__getitem__", None)) and callable(
        getattr(cache, "__setitem__", None)
    )


class CachedFunction(Cached):
    """What `cached` makes of a function. `get_cache()` is its cache, `key_func` makes its keys."""

    def __init__(
        self,
        func: Callable[..., Any],
        cache: Any,
        scoped: bool = True,
        typed: bool = False,
        key: Callable[..., Any] | None = None,
    ) -> None:
        self.func = func
        if not callable(cache):
            if not _is_mapping(cache):
                raise TypeError(
                    "expected cache to be a dict-like object, or callable returning a dict-like "
                    f"object, not {cache!r}"
                )
            self._cache = cache
        self.get_cache = cache if callable(cache) else lambda: cache
        self.scoped = bool(scoped)
        self.typed = bool(typed)
        self._mark = _KWARG_MARK
        if key or typed:
            self._key_func = key or make_cache_key

    @property
    def key_func(self) -> Callable[..., Any]:
        """Makes keys of arguments, as `make_cache_key`."""
        return self._key_func or make_cache_key

    def __repr__(self) -> str:
        name = self.__class__.__name__
        if self.typed or not self.scoped:
            return f"{name}(func={self.func!r}, scoped={self.scoped!r}, typed={self.typed!r})"
        return f"{name}(func={self.func!r})"


class CachedMethod:
    """What `cachedmethod` makes of a method; read from an instance it is bound to that."""

    def __init__(
        self,
        func: Callable[..., Any],
        cache: Any,
        scoped: bool = True,
        typed: bool = False,
        key: Callable[..., Any] | None = None,
    ) -> None:
        self.func = func
        self.__isabstractmethod__ = getattr(func, "__isabstractmethod__", False)
        self.get_cache: Callable[[Any], Any]
        if isinstance(cache, str):
            self.get_cache = attrgetter(cache)
        elif callable(cache):
            self.get_cache = cache
        elif _is_mapping(cache):
            self.get_cache = lambda obj: cache
        else:
            raise TypeError(
                "expected cache to be an attribute name, dict-like object, or callable returning a"
                f" dict-like object, not {cache!r}"
            )
        self.scoped = scoped
        self.typed = typed
        self.key_func = key or make_cache_key
        self.bound_to: Any = None

    def __get__(self, obj: Any, objtype: Any = None) -> CachedMethod:
        if obj is None:
            return self
        bound = self.__class__(self.func, self.get_cache, self.scoped, self.typed, self.key_func)
        bound.bound_to = obj
        return bound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        owner = args[0] if self.bound_to is None else self.bound_to
        cache = self.get_cache(owner)
        keyed = (self.bound_to, self.func, *args) if self.scoped else args
        key = self.key_func(keyed, kwargs, typed=self.typed)
        try:
            return cache[key]
        except KeyError:
            if self.bound_to is not None:
                args = (self.bound_to, *args)
            value = cache[key] = self.func(*args, **kwargs)
            return value

    def __repr__(self) -> str:
        name = self.__class__.__name__
        about = f"func={self.func!r}, scoped={self.scoped!r}, typed={self.typed!r}"
        if self.bound_to is None:
            return f"{name}({about})"
        return f"<{name} {about.replace(', ', ' ')} bound_to={self.bound_to!r}>"


def cached(
    cache: Any, scoped: bool = True, typed: bool = False, key: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], CachedFunction]:
    """Decorates a function: results are kept in `cache`, a mapping or a function that returns one.

    With `typed`, 3 and 3.0 are different arguments; `key` replaces `make_cache_key`. Functions that
    share a cache share entries; `scoped` changes only the repr, as in boltons.

    >>> @cached(LRU())
    ... def lower(text):
    ...     return text.lower()
    >>> lower("ABC")
    'abc'
    """

    def decorate(func: Callable[..., Any]) -> CachedFunction:
        return CachedFunction(func, cache, scoped=scoped, typed=typed, key=key)

    return decorate


def cachedmethod(
    cache: Any, scoped: bool = True, typed: bool = False, key: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], CachedMethod]:
    """Decorates a method: results are kept in `cache`.

    That is a mapping, the name of an attribute that holds one, or a function from the instance to
    one. When `scoped`, method and instance are part of the key.
    """

    def decorate(func: Callable[..., Any]) -> CachedMethod:
        return CachedMethod(func, cache, scoped=scoped, typed=typed, key=key)

    return decorate


class cachedproperty:
    """A property that is computed once; deleting the attribute lets it be computed again.

    >>> class Circle:
    ...     @cachedproperty
    ...     def area(self):
    ...         return 3.14
    >>> Circle().area
    3.14
    """

    def __init__(self, func: Callable[[Any], Any]) -> None:
        self.func = func
        self.__doc__ = func.__doc__
        self.__isabstractmethod__ = getattr(func, "__isabstractmethod__", False)

    def __get__(self, obj: Any, objtype: Any = None) -> Any:
        if obj is None:
            return self
        value = self.func(obj)
        obj.__dict__[self.func.__name__] = value
        return value

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} func={self.func}>"


class ThresholdCounter(Counts):
    """Counts of keys in bounded memory: exact for keys that make up at least `threshold` of all.

    After each 1 / threshold additions keys that were too rare so far are dropped (Manku and
    Motwani, lossy counting), so at most 2 / threshold of them are kept.

    >>> counter = ThresholdCounter(threshold=0.1)
    >>> counter.update("abbbbbbbbbbc")
    >>> counter.items(), counter["b"], counter.total
    ([('b', 10), ('c', 1)], 10, 12)
    """

    def __init__(self, threshold: float = 0.001) -> None:
        self._begin(threshold)

    def elements(self) -> Iterator[Any]:
        """Iterates over the kept keys, each as often as it was counted."""
        return chain.from_iterable(repeat(key, count) for key, count in self.iteritems())

    def most_common(self, n: int | None = None) -> list[tuple[Any, int]]:
        """The `n` keys with the highest counts, with these; all without `n`."""
        if n is not None and n <= 0:
            return []
        ranked = sorted(self.iteritems(), key=lambda item: item[1], reverse=True)
        return list(islice(ranked, n))

    def get_uncommon_count(self) -> int:
        """How many additions were of keys that are dropped."""
        return self.total - self.get_common_count()

    def get_commonality(self) -> float:
        """The part of all additions that is still counted, 0.0 to 1.0."""
        return float(self.get_common_count()) / self.total

    def __iter__(self) -> Iterator[Any]:
        return self.iterkeys()

    def iterkeys(self) -> Iterator[Any]:
        """Iterates over the kept keys."""
        return iter(self.keys())

    def keys(self) -> list[Any]:
        """A list of the kept keys."""
        return [key for key, _ in self.items()]

    def itervalues(self) -> Iterator[int]:
        """Iterates over the counts."""
        return iter(self.values())

    def values(self) -> list[int]:
        """A list of the counts."""
        return [count for _, count in self.items()]

    def iteritems(self) -> Iterator[tuple[Any, int]]:
        """Iterates over the kept keys with their counts."""
        return iter(self.items())

    def get(self, key: Any, default: Any = 0) -> Any:
        """The count of a key, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401

    def update(self, iterable: Any, **kwargs: int) -> None:
        """Counts keys: those of an iterable once each, those of a mapping as often as it says."""
        source: Any
        for source in (iterable, kwargs):
            if source is None:
                continue
            if callable(getattr(source, "iteritems", None)):
                pairs: Any = source.iteritems()
            elif callable(getattr(source, "keys", None)):
                pairs = [(key, source[key]) for key in source.keys()]  # noqa: SIM118
            else:
                self._add_each(source)
                continue
            for key, count in pairs:
                self._add_each(repeat(key, count))


class MinIDMap:
    """Gives objects numbers: each the smallest that no living object has. Objects are held weakly.

    They must be hashable and allow weak references.
    """

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}  # weak reference -> number
        self._free: list[int] = []

    def get(self, a: Any) -> int:
        """The number of an object, which is given one if it has none."""
        number = self._numbers.get(ref(a))
        if number is None:
            number = heappop(self._free) if self._free else len(self._numbers)
            self._numbers[ref(a, self._clean)] = number
        return number

    def drop(self, a: Any) -> None:
        """Takes the number of an object back; KeyError if it has none."""
        heappush(self._free, self._numbers.pop(ref(a)))

    def _clean(self, dead: Any) -> None:
        number = self._numbers.pop(dead, None)
        if number is not None:
            heappush(self._free, number)

    def __contains__(self, a: Any) -> bool:
        return ref(a) in self._numbers

    def __iter__(self) -> Iterator[Any]:
        for obj, _ in self.iteritems():
            yield obj

    def __len__(self) -> int:
        return len(self._numbers)

    def iteritems(self) -> Iterator[tuple[Any, int]]:
        """Yields the living objects with their numbers."""
        for dead_or_alive, number in list(self._numbers.items()):
            obj = dead_or_alive()
            if obj is not None:
                yield obj, number
