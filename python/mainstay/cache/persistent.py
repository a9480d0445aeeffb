"""`Deque` and `Index`: a double-ended queue and an ordered mapping on disk, which evict nothing.

They may be shared as a `Cache` may. Changes are atomic one by one; `transact` joins several.
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import (
    Callable,
    Collection,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    MutableMapping,
    Sequence,
    ValuesView,
)
from contextlib import AbstractContextManager

from .core import ENOVAL, Cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, TypeVar

    from typing_extensions import Self

    _F = TypeVar("_F", bound=Callable[..., Any])


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, object], Any]:
    """A comparison of a deque with a sequence: by the first items that differ, then by length."""

    def method(self: Deque, other: object) -> Any:
        if not isinstance(other, Sequence):
            return NotImplemented
        lengths = len(self), len(other)
        if lengths[0] != lengths[1] and compare in (operator.eq, operator.ne):
            return compare is operator.ne
        for mine, theirs in zip(self, other, strict=False):
            if mine != theirs:
                return compare(mine, theirs)
        return compare(*lengths)

    method.__name__ = f"__{compare.__name__}__"
    return method


class Deque(Sequence):  # type: ignore[type-arg]
    """A double-ended queue on disk. With a `maxlen`, adding at one end drops at the other."""

    _cache_type: ClassVar[type[Cache]] = Cache

    def __init__(
        self,
        iterable: Iterable[Any] = (),
        directory: str | None = None,
        maxlen: float | None = None,
        **settings: Any,
    ) -> None:
        """Opens the deque in `directory`; None makes a temporary one, which stays.

        `settings` go to its cache.
        """
        self._cache = self._cache_type(directory, eviction_policy="none", **settings)
        self._maxlen = float("inf") if maxlen is None else maxlen
        self._extend(iterable)

    @classmethod
    def fromcache(
        cls, cache: Cache, iterable: Iterable[Any] = (), maxlen: float | None = None
    ) -> Self:
        """A deque in a cache that is open."""
        self = cls.__new__(cls)
        self._cache = cache
        self._maxlen = float("inf") if maxlen is None else maxlen
        self._extend(iterable)
        return self

    @property
    def cache(self) -> Cache:
        """The cache that holds the items."""
        return self._cache

    @property
    def directory(self) -> str:
        """Where the cache lies."""
        return self._cache.directory

    @property
    def maxlen(self) -> float:
        """How long the deque may become; infinity when there is no limit."""
        return self._maxlen

    @maxlen.setter
    def maxlen(self, value: float) -> None:
        """Drops items at the front until the deque is short enough."""
        self._maxlen = value
        with self._cache.transact(retry=True):
            while len(self._cache) > self._maxlen:
                self._popleft()

    # -- by position

    def _at(self, index: int, action: Callable[[Any], Any]) -> Any:
        """Does `action` with the key at a position, counting past keys that are gone."""
        length = len(self)
        if not -length <= index < length:
            raise IndexError("deque index out of range")
        steps = index if index >= 0 else -index - 1
        for key in self._cache.iterkeys(reverse=index < 0):
            if steps:
                steps -= 1
                continue
            try:
                return action(key)
            except KeyError:
                continue  # removed meanwhile: the next one takes its place
        raise IndexError("deque index out of range")

    def __getitem__(self, index: Any) -> Any:
        return self._at(index, self._cache.__getitem__)

    def __setitem__(self, index: int, value: Any) -> None:
        self._at(index, lambda key: self._cache.__setitem__(key, value))

    def __delitem__(self, index: int) -> None:
        self._at(index, self._cache.__delitem__)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(directory={self.directory!r})"

    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __lt__ = _comparison(operator.lt)
    __gt__ = _comparison(operator.gt)
    __le__ = _comparison(operator.le)
    __ge__ = _comparison(operator.ge)
    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._cache)

    def __iter__(self) -> Iterator[Any]:
        return self._values(False)

    def __reversed__(self) -> Iterator[Any]:
        return self._values(True)

    def _values(self, reverse: bool) -> Iterator[Any]:
        cache = self._cache
        for key in cache.iterkeys(reverse=reverse) if reverse else cache.iterkeys():
            try:
                value = cache[key]
            except KeyError:
                continue
            yield value

    # -- at the ends

    def _add(self, value: Any, side: str, drop: Callable[[], object]) -> None:
        if self._maxlen == float("inf"):
            self._cache.push(value, side=side, retry=True)
            return
        with self._cache.transact(retry=True):
            self._cache.push(value, side=side, retry=True)
            if len(self._cache) > self._maxlen:
                drop()

    def append(self, value: Any) -> None:
        """Adds an item at the back."""
        self._add(value, "back", self._popleft)

    def appendleft(self, value: Any) -> None:
        """Adds an item at the front."""
        self._add(value, "front", self._pop)

    def extend(self, iterable: Iterable[Any]) -> None:
        """Adds items at the back, one by one."""
        for value in iterable:
            self._append(value)

    def extendleft(self, iterable: Iterable[Any]) -> None:
        """Adds items at the front, one by one: the last one ends up first."""
        for value in iterable:
            self._appendleft(value)

    def __iadd__(self, iterable: Iterable[Any]) -> Self:
        self._extend(iterable)
        return self

    def _end(self, method: str, side: str) -> Any:
        """What `peek` or `pull` of the cache gives at a side. IndexError when there is nothing."""
        _, value = getattr(self._cache, method)(default=(None, ENOVAL), side=side, retry=True)
        if value is ENOVAL:
            raise IndexError(f"{'pop' if method == 'pull' else 'peek'} from an empty deque")
        return value

    def peek(self) -> Any:
        """The item at the back. IndexError when there is none."""
        return self._end("peek", "back")

    def peekleft(self) -> Any:
        """The item at the front. IndexError when there is none."""
        return self._end("peek", "front")

    def pop(self) -> Any:
        """Removes and gives the item at the back. IndexError when there is none."""
        return self._end("pull", "back")

    def popleft(self) -> Any:
        """Removes and gives the item at the front. IndexError when there is none."""
        return self._end("pull", "front")

    # -- the whole

    def clear(self) -> None:
        """Removes all items."""
        self._cache.clear(retry=True)

    # What a subclass overrides changes no other method.
    _append, _appendleft, _extend, _pop, _popleft = append, appendleft, extend, pop, popleft

    def copy(self) -> Self:
        """Another deque of the same directory: the same items, not copies of them."""
        return type(self)(directory=self.directory, maxlen=self.maxlen)

    def count(self, value: Any) -> int:
        """How many items equal `value`."""
        return sum(1 for item in self if value == item)

    def remove(self, value: Any) -> None:
        """Removes the first item that equals `value`. ValueError when there is none."""
        cache = self._cache
        for key in cache.iterkeys():
            try:
                if value == cache[key]:
                    del cache[key]
                    return
            except KeyError:
                continue
        raise ValueError("deque.remove(value): value not in deque")

    def reverse(self) -> None:
        """Turns the order round, in place and at once."""
        cache = self._cache
        with cache.transact(retry=True):
            keys = list(cache.iterkeys())
            for low, high in zip(keys[: len(keys) // 2], reversed(keys), strict=False):
                cache[low], cache[high] = cache[high], cache[low]

    def rotate(self, steps: int = 1) -> None:
        """Moves `steps` items from the back to the front; the other way when negative."""
        if not isinstance(steps, int):
            raise TypeError(f"integer argument expected, got {type(steps).__name__}")
        length = len(self)
        if not length:
            return
        take, give = (self._pop, self._appendleft) if steps >= 0 else (self._popleft, self._append)
        for _ in range(abs(steps) % length):
            try:
                give(take())
            except IndexError:
                return

    def __getstate__(self) -> tuple[str, float]:
        return self.directory, self.maxlen

    def __setstate__(self, state: tuple[str, float]) -> None:
        directory, maxlen = state
        self.__init__(directory=directory, maxlen=maxlen)  # type: ignore[misc]

    def transact(self) -> AbstractContextManager[Any]:
        """A block whose changes happen all at once; see `Cache.transact`."""
        return self._cache.transact(retry=True)


class Index(MutableMapping):  # type: ignore[type-arg]
    """A mapping on disk in the order its keys came in. Keys are found by what is stored of them."""

    _cache_type: ClassVar[type[Cache]] = Cache

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Opens the index in a directory, the first argument; then updates it as a dict would be.

        Without a directory, or with None, a temporary one is made, which stays.
        """
        directory: Any = None
        if args and (args[0] is None or isinstance(args[0], (bytes, str))):
            directory, args = args[0], args[1:]
        self._cache = self._cache_type(directory, eviction_policy="none")
        self._update(*args, **kwargs)

    _update = MutableMapping.update

    @classmethod
    def fromcache(cls, cache: Cache, *args: Any, **kwargs: Any) -> Self:
        """An index in a cache that is open; updated as a dict would be."""
        self = cls.__new__(cls)
        self._cache = cache
        self._update(*args, **kwargs)
        return self

    @property
    def cache(self) -> Cache:
        """The cache that holds the items."""
        return self._cache

    @property
    def directory(self) -> str:
        """Where the cache lies."""
        return self._cache.directory

    def __getitem__(self, key: Any) -> Any:
        return self._cache[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._cache[key] = value

    def __delitem__(self, key: Any) -> None:
        del self._cache[key]

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of `key`, after storing `default` when it was missing."""
        while True:
            try:
                return self._cache[key]
            except KeyError:
                self._cache.add(key, default, retry=True)

    def peekitem(self, last: bool = True) -> tuple[Any, Any]:
        """The item that came in last, or first. KeyError when there is none."""
        item: tuple[Any, Any] = self._cache.peekitem(last, retry=True)
        return item

    def pop(self, key: Any, default: Any = ENOVAL) -> Any:
        """Removes `key` and gives its value; when missing `default`, or KeyError without one."""
        value = self._cache.pop(key, default=default, retry=True)
        if value is ENOVAL:
            raise KeyError(key)
        return value

    def popitem(self, last: bool = True) -> tuple[Any, Any]:
        """Removes and gives the item that came in last, or first. KeyError when there is none."""
        with self._cache.transact(retry=True):
            key, value = self._cache.peekitem(last=last)
            del self._cache[key]
        return key, value

    def push(self, value: Any, prefix: str | None = None, side: str = "back") -> Any:
        """As `Cache.push`."""
        return self._cache.push(value, prefix, side, retry=True)

    def pull(
        self, prefix: str | None = None, default: Any = (None, None), side: str = "front"
    ) -> Any:
        """As `Cache.pull`."""
        return self._cache.pull(prefix, default, side, retry=True)

    def clear(self) -> None:
        """Removes all items."""
        self._cache.clear(retry=True)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cache)

    def __reversed__(self) -> Iterator[Any]:
        """Keys from the one that came in last."""
        return reversed(self._cache)

    def __len__(self) -> int:
        return len(self._cache)

    def keys(self) -> KeysView[Any]:
        """A view of the keys."""
        return KeysView(self)

    def values(self) -> ValuesView[Any]:
        """A view of the values."""
        return ValuesView(self)

    def items(self) -> ItemsView[Any, Any]:
        """A view of the items."""
        return ItemsView(self)

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> str:
        return self.directory

    def __setstate__(self, state: str) -> None:
        self.__init__(state)  # type: ignore[misc]

    def __eq__(self, other: Any) -> bool:
        """Whether the items are equal; in order too when `other` is an index or ordered dict."""
        if len(self) != len(other):
            return False
        if isinstance(other, (Index, OrderedDict)):
            pairs = zip(self.items(), other.items(), strict=False)
            return all(mine == theirs for mine, theirs in pairs)
        return all(value == other.get(key, ENOVAL) for key, value in self.items())

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def memoize(
        self, name: str | None = None, typed: bool = False, ignore: Collection[Any] = ()
    ) -> Callable[[_F], _F]:
        """As `Cache.memoize`; results never expire."""
        return self._cache.memoize(name, typed, ignore=ignore)

    def transact(self) -> AbstractContextManager[Any]:
        """A block whose changes happen all at once; see `Cache.transact`."""
        return self._cache.transact(retry=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.directory!r})"
