"""structure.transform(path, command, ...): change deep in a structure of persistent collections.

A path is a sequence of keys, or of predicates that match keys; a command is a value, or a function
of the old value, or `discard`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from . import _native
from ._native import pmap
from ._signatures import arity

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
    """Return `structure` changed along each path: path, command, path, command, and so on.

    What invariants say is asked once, at the end.
    """
    pending: dict[int, tuple[Any, Any]] | None = {} if len(transformations) > 2 else None
    for i in range(0, len(transformations), 2):
        path, command = transformations[i : i + 2]
        structure = _native.transform_step(structure, tuple(path), command, pending)
    if pending:
        _check_pending(pending)
    return structure


# What native code leaves to Python: structures that are neither exact PMaps nor exact PVectors.
# Where several steps change one of them that has invariants, its evolver stays in `pending` from
# step to step, under the id of the object it gave, and with it, so that no other gets its id.


def _step_into(
    structure: Any, path: tuple[Any, ...], command: Any, pending: dict[int, tuple[Any, Any]] | None
) -> Any:
    matches = _matches(structure, path[0])
    known = pending.pop(id(structure), None) if pending is not None else None
    evolver = known[1] if known is not None else structure.evolver()
    below = path[1:]
    if not below and command is discard:
        # From the end, so that indexes of vectors stay right.
        for key, _ in reversed(matches):
            discard(evolver, key)
    else:
        for key, old in matches:
            missing = old is _EMPTY
            if missing and command is discard:
                continue
            value = pmap() if missing else old
            new = _native.transform_step(value, below, command, pending)
            if new is not old:
                evolver[key] = new
    provisional = getattr(type(evolver), "_provisional", None) if pending is not None else None
    if provisional is None or pending is None:
        return evolver.persistent()
    made = provisional(evolver)
    pending[id(made)] = (made, evolver)
    return made


def _check_pending(pending: dict[int, tuple[Any, Any]]) -> None:
    for _, evolver in pending.values():
        evolver.persistent()


def _matches(structure: Any, key: Any) -> list[tuple[Any, Any]]:
    """The keys that the first part of a path means, with their values."""
    if not callable(key):
        return [(key, _get(structure, key))]
    wanted = arity(key)
    if wanted == 1:
        return [(k, v) for k, v in _items(structure) if key(k)]
    if wanted == 2:
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


_native.provide(
    arity=arity, check_pending=_check_pending, discard=discard, ny=ny, step_into=_step_into
)
