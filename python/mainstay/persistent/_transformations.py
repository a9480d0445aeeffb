"""structure.transform(path, command, ...): change deep in a structure of persistent collections.

A path is a sequence of keys, or of predicates that match keys; a command is a value, or a function
of the old value, or `discard`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter, signature
from typing import Any

from . import _native
from ._native import pmap

__all__ = ["dec", "discard", "inc", "ny", "rex", "transform"]

_EMPTY = object()


def inc(x: Any) -> Any:
    """Add one to the value."""
    return x + 1


def dec(x: Any) -> Any:
    """Take one from the value."""
    return x - 1


def discard(evolver: Any, key: Any) -> None:
    """Remove what a path leads to, if it is there."""
    try:
        del evolver[key]
    except KeyError:
        pass


def rex(expr: str) -> Callable[[Any], Any]:
    """Return a predicate of keys: texts that the regular expression matches from their start."""
    pattern = re.compile(expr)
    return lambda key: isinstance(key, str) and pattern.match(key)


def ny(_: Any) -> bool:
    """Match any key."""
    return True


def transform(structure: Any, transformations: Sequence[Any]) -> Any:
    """Return `structure` changed along each path: path, command, path, command, and so on."""
    for path, command in _chunks(transformations, 2):
        structure = _do_to_path(structure, path, command)
    return structure


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for i in range(0, len(items), size):
        yield items[i : i + size]


def _do_to_path(structure: Any, path: Sequence[Any], command: Any) -> Any:
    if not path:
        return command(structure) if callable(command) else command
    return _update(structure, _matches(structure, path[0]), path[1:], command)


def _matches(structure: Any, key: Any) -> list[tuple[Any, Any]]:
    """The keys that the first part of a path means, with their values."""
    if not callable(key):
        return [(key, _get(structure, key))]
    arity = _arity(key)
    if arity == 1:
        return [(k, v) for k, v in _items(structure) if key(k)]
    if arity == 2:
        return [(k, v) for k, v in _items(structure) if key(k, v)]
    raise ValueError("callable in transform path must take 1 or 2 arguments")


def _items(structure: Any) -> Any:
    try:
        return structure.items()
    except AttributeError:
        return list(enumerate(structure))


def _get(structure: Any, key: Any) -> Any:
    try:
        if hasattr(structure, "__getitem__"):
            return structure[key]
        return getattr(structure, key)
    except (IndexError, KeyError):
        return _EMPTY


def _arity(function: Callable[..., Any]) -> int:
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    parameters = signature(function).parameters.values()
    return sum(1 for p in parameters if p.default is Parameter.empty and p.kind in kinds)


def _update(structure: Any, matches: Any, path: Sequence[Any], command: Any) -> Any:
    evolver = structure.evolver()
    if not path and command is discard:
        # From the end, so that indexes of vectors stay right.
        for key, _ in reversed(list(matches)):
            discard(evolver, key)
        return evolver.persistent()
    for key, old in matches:
        missing = old is _EMPTY
        if missing and command is discard:
            continue
        new = _do_to_path(pmap() if missing else old, path, command)
        if new is not old:
            evolver[key] = new
    return evolver.persistent()


_native.provide(transform=transform)
