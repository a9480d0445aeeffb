"""Keyed lists: items are matched by a key of theirs, whatever their places; linear time.

`key=` is the name of a field, a path inside the item (`root['meta']['id']`), a function of the
item, or a dict from paths of lists (globs too) to one of these. Items without the key are matched
among themselves, and items with the same key, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .helper import CannotCompare, notpresent
from .path import GlobPathMatcher, extract

if TYPE_CHECKING:
    from ._nodes import Node

_NO_KEY = object()


def _reader(key: Any, node: Node) -> Callable[[Any], Any] | None:
    """How the key of an item is got; None if this list has none."""
    if isinstance(key, Mapping):
        path = node.path(force="fake")
        for pattern, each in key.items():
            if pattern == path or GlobPathMatcher(pattern).match(path):
                return _reader(each, node)
        return None
    if callable(key):
        reader: Callable[[Any], Any] = key
        return reader
    if isinstance(key, str) and key.startswith("root"):
        return lambda item: extract(item, key)
    return lambda item: item[key] if isinstance(item, Mapping) else getattr(item, key)


def _key_of(read: Callable[[Any], Any], item: Any) -> Any:
    try:
        key = read(item)
        hash(key)
    except (LookupError, AttributeError, TypeError, CannotCompare):
        return _NO_KEY
    return key


def pairs(key: Any, node: Node) -> Any:
    """The items of both lists in pairs; None if they are not to be matched by key."""
    t1, t2 = node.t1, node.t2
    if not (isinstance(t1, Sequence) and isinstance(t2, Sequence)):
        return None
    read = _reader(key, node)
    if read is None:
        return None
    keys1, keys2 = ([_key_of(read, item) for item in items] for items in (t1, t2))
    if all(each is _NO_KEY for each in keys1 + keys2):
        return None
    places: dict[Any, list[int]] = {}
    for j in range(len(keys2) - 1, -1, -1):
        places.setdefault(keys2[j], []).append(j)
    matched: list[Any] = []
    used = set()
    for i, each in enumerate(keys1):
        free = places.get(each)
        if free:
            j = free.pop()
            used.add(j)
            matched.append((i, j, t1[i], t2[j]))
        else:
            matched.append((i, i, t1[i], notpresent))
    for j, item in enumerate(t2):
        if j not in used:
            matched.append((j, j, notpresent, item))
    return matched
