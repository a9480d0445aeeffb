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
    if isinstance(key, str) and key.startswith(("root[", "root.")):
        return lambda item: extract(item, key)

    def field(item: Any) -> Any:
        if isinstance(item, dict):
            return item.get(key, notpresent)  # a defaultdict would make an item
        return item[key] if isinstance(item, Mapping) else getattr(item, key, notpresent)

    return field


def _key_of(read: Callable[[Any], Any], item: Any) -> Any:
    try:
        key = read(item)
        hash(key)
    except (LookupError, AttributeError, TypeError, CannotCompare):
        return notpresent
    return key


def keys(key: Any, node: Node) -> tuple[list[Any], list[Any]] | None:
    """The keys of the items of both lists; None if they are not to be matched by key."""
    if not (isinstance(node.t1, Sequence) and isinstance(node.t2, Sequence)):
        return None
    read = _reader(key, node)
    if read is None:
        return None
    first, second = ([_key_of(read, item) for item in items] for items in (node.t1, node.t2))
    return (first, second) if any(each is not notpresent for each in first + second) else None
