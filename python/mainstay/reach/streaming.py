"""Streaming: `Iter`, a lazy chain of steps over the items of a target.

Each method gives a new Iter; the result of evaluating one is an iterator that does its work when
it is asked. Specs hold no state; an iterator belongs to one thread.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from ._repr import _MISSING, SKIP, STOP, bbrepr, format_invocation
from ._specs import Call, Pipe
from .core import S, Scope, Spec, T, each_item, evaluator
from .matching import Check

Step: TypeAlias = Callable[[Iterable[Any], Scope], Iterable[Any]]


class Iter:
    """The items of the target, each as `subspec` gives it, lazily.

    SKIP leaves an item out; STOP, or `sentinel`, ends the iteration.
    """

    def __init__(self, subspec: Any = T, **kwargs: Any) -> None:
        self.subspec = subspec
        self._steps: tuple[tuple[str, Step], ...] = kwargs.pop("_steps", ())
        self.sentinel = kwargs.pop("sentinel", STOP)
        if kwargs:
            raise TypeError(f"unexpected keyword arguments: {sorted(kwargs)!r}")

    def __repr__(self) -> str:
        args = () if self.subspec is T else (self.subspec,)
        calls = [format_invocation(type(self).__name__, args)]
        return ".".join(calls + [text for text, _ in self._steps])

    def glomit(self, target: Any, scope: Scope) -> Iterator[Any]:
        items: Iterable[Any] = self._iterate(target, scope)
        for _, step in self._steps:
            items = step(items, scope)
        return iter(items)

    def _iterate(self, target: Any, scope: Scope) -> Iterator[Any]:
        value_of = None if self.subspec is T else evaluator(self.subspec, scope)
        for item in each_item(target, scope):
            value = item if value_of is None else value_of(item)
            if value is SKIP:
                continue
            if value is self.sentinel or value is STOP:
                return
            yield value

    def _then(self, name: str, args: Any, step: Step) -> Iter:
        """One more step. `args` as they are printed: several of a mapping by name."""
        if isinstance(args, dict):
            named = list(args.items()) if len(args) > 1 else ()
            text = format_invocation(name, () if named else args.values(), named)
        else:
            text = format_invocation(name, args)
        steps = (*self._steps, (text, step))
        return type(self)(subspec=self.subspec, sentinel=self.sentinel, _steps=steps)

    def _by(self, name: str, function: Callable[..., Iterable[Any]], key: Any) -> Iter:
        return self._then(name, (key,), lambda items, scope: function(evaluator(key, scope), items))

    def map(self, subspec: Any) -> Iter:
        """Each item as `subspec` gives it."""
        return self._by("map", map, subspec)

    def filter(self, key: Any = T) -> Iter:
        """The items for which `key`, a spec or a Check, is true."""
        check = key if isinstance(key, Check) else Check(key, default=SKIP)

        def step(items: Iterable[Any], scope: Scope) -> Iterable[Any]:
            passes = evaluator(check, scope)
            return filter(lambda item: passes(item) is not SKIP, items)

        return self._then("filter", (key,), step)

    def chunked(self, size: int, fill: Any = _MISSING) -> Iter:
        """Lists of `size` items; the last one is shorter, or filled."""
        args = {"size": size} if fill is _MISSING else {"size": size, "fill": fill}
        return self._then("chunked", args, lambda items, _: _chunks(items, size, fill))

    def windowed(self, size: int) -> Iter:
        """Tuples of `size` items that follow each other, beginning at each item."""
        return self._then("windowed", (size,), lambda items, _: _windows(items, size))

    def split(self, sep: Any = None, maxsplit: int | None = None) -> Iter:
        """Lists of the items between separators: a value, several, or a predicate.

        Without one, runs of None separate, as blanks do in `str.split`.
        """
        args = {"sep": sep, "maxsplit": maxsplit}
        return self._then("split", args, lambda items, _: _split(items, sep, maxsplit))

    def flatten(self) -> Iter:
        """The items of the items."""
        return self._then("flatten", (), lambda items, _: itertools.chain.from_iterable(items))

    def unique(self, key: Any = T) -> Iter:
        """The items, but for those whose `key` came before."""
        return self._by("unique", _unique, key)

    def slice(self, *args: Any) -> Iter:
        """The items from start to stop by step, as `itertools.islice`."""
        try:
            itertools.islice([], *args)
        except TypeError:
            raise TypeError(f"invalid slice arguments: {args!r}") from None
        return self._then("slice", args, lambda items, _: itertools.islice(items, *args))

    def limit(self, count: int) -> Iter:
        """The first `count` items."""
        return self._then("limit", (count,), lambda items, _: itertools.islice(items, count))

    def takewhile(self, key: Any = T) -> Iter:
        """The items up to the first for which `key` is not true."""
        return self._by("takewhile", itertools.takewhile, key)

    def dropwhile(self, key: Any = T) -> Iter:
        """The items from the first on for which `key` is not true."""
        return self._by("dropwhile", itertools.dropwhile, key)

    def all(self) -> Pipe:
        """A list of the items: the end of a chain."""
        return Pipe(self, list)

    def first(self, key: Any = T, default: Any = None) -> tuple[Iter, First]:
        """The first item for which `key` is true, or `default`: the end of a chain."""
        return (self, First(key=key, default=default))


class First:
    """The first item of an iterator for which `key` is true, or `default`."""

    __slots__ = ("_default", "_first", "_spec")

    def __init__(self, key: Any = T, default: Any = None) -> None:
        self._spec = key
        self._default = default
        accept = Spec(Call(partial, args=(Spec(key).glom,), kwargs={"scope": S}))
        self._first = Call(_first, args=(T,), kwargs={"default": default, "key": accept})

    def glomit(self, target: Any, scope: Scope) -> Any:
        return self._first.glomit(target, scope)

    def __repr__(self) -> str:
        default = "" if self._default is None else f", default={bbrepr(self._default)}"
        return f"{type(self).__name__}({bbrepr(self._spec)}{default})"


def _first(items: Iterable[Any], default: Any, key: Callable[[Any], Any]) -> Any:
    return next(filter(key, items), default)


def _chunks(items: Iterable[Any], size: int, fill: Any) -> Iterator[list[Any]]:
    size = int(size)
    if size <= 0:
        raise ValueError(f"expected a positive integer chunk size, got {size}")
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        if fill is not _MISSING:
            chunk += [fill] * (size - len(chunk))
        yield chunk


def _windows(items: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    copies = itertools.tee(items, size)
    for start, copy in enumerate(copies):
        next(itertools.islice(copy, start, start), None)
    return zip(*copies, strict=False)


def _split(items: Iterable[Any], sep: Any, maxsplit: int | None) -> Iterator[list[Any]]:
    left = None if maxsplit is None else int(maxsplit)
    if left == 0:
        yield list(items)
        return
    separates = _separator(sep)
    group: list[Any] = []
    for item in items:
        if left == 0 or not separates(item):
            group.append(item)
        elif sep is not None or group:
            left = None if left is None else left - 1
            yield group
            group = []
    if group or sep is not None:
        yield group


def _separator(sep: Any) -> Callable[[Any], Any]:
    if callable(sep):
        return sep  # type: ignore[no-any-return]
    if not isinstance(sep, (str, bytes)) and hasattr(sep, "__iter__"):
        return frozenset(sep).__contains__
    return lambda item: item == sep


def _unique(key: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    seen: set[Any] = set()
    for item in items:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            yield item
