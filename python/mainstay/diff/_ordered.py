"""Lists where order counts: matched by longest common stretches, by a function, a key or in order.

Lists of simple values are matched in two ways, as stretches and index by index; the way that finds
fewer changes is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from . import _keyed, _native
from ._nodes import Node
from .helper import CannotCompare, ListItemRemovedOrAdded, Opcode, notpresent
from .model import (
    FORCE_DEFAULT,
    NonSubscriptableIterableRelationship,
    SubscriptableIterableRelationship,
)

if TYPE_CHECKING:
    from ._walk import Children, Walk

_MISSING = ListItemRemovedOrAdded
Pair = tuple[tuple[int, int], tuple[Any, Any]]


def walk(walk: Walk, node: Node) -> Children:
    """The child pairs of two iterables in order."""
    options = walk.options
    subscriptable = hasattr(node.t1, "__getitem__") and hasattr(node.t2, "__getitem__")
    relation = (
        SubscriptableIterableRelationship if subscriptable else NonSubscriptableIterableRelationship
    )
    if options.key is not None:
        pairs = _keyed.pairs(options.key, node)
        if pairs is not None:
            yield from _compare(walk, node, relation, pairs, report_moves=False)
            return
    if options.iterable_compare_func is not None:
        yield from _compare(walk, node, relation, _by_function(walk, node))
    elif (
        not options.zip_ordered_iterables
        and isinstance(node.t1, Sequence)
        and isinstance(node.t2, Sequence)
        and _all_basic(walk, node.t1)
        and _all_basic(walk, node.t2)
    ):
        yield from _basic(walk, node, relation)
    else:
        yield from _compare(walk, node, relation, _in_order(node.t1, node.t2))


def _all_basic(walk: Walk, items: Any) -> bool:
    basic = walk.kinds.basic_types
    return not isinstance(items, GeneratorType) and all(isinstance(each, basic) for each in items)


def _basic(walk: Walk, node: Node, relation: Any) -> Children:
    """Two lists of simple values, by stretches; index by index if that finds no more changes."""
    try:
        opcodes = opcodes_of(node.t1, node.t2)
    except TypeError:  # an item that cannot be hashed
        yield from _compare(walk, node, relation, _in_order(node.t1, node.t2))
        return
    before = walk.events
    try:
        by_stretch = walk.events = []
        yield from _limited(walk, _stretches(walk, node, relation, opcodes))
        found = by_stretch
        if len(by_stretch) > 1:
            by_index = walk.events = []
            pairs = _in_order(node.t1, node.t2)
            yield from _limited(walk, _compare(walk, node, relation, pairs))
            if len(by_stretch) >= len(by_index):
                found = by_index
            else:
                walk.opcodes[node.path(force=FORCE_DEFAULT)] = opcodes
    finally:
        walk.events = before
    before.extend(found)


def _limited(walk: Walk, children: Children) -> Children:
    """The children until the limit of comparisons: what was found by then is kept."""
    from ._walk import Stop

    try:
        yield from children
    except Stop:
        return


def opcodes_of(t1: Any, t2: Any) -> list[Opcode]:
    """The steps that turn one list into the other, with the values of what changes."""
    return with_values(t1, t2, _native.opcodes(list(t1), list(t2)))


def with_values(t1: Any, t2: Any, steps: Iterable[Any]) -> list[Opcode]:
    """Steps with the values of what changes."""
    return [
        Opcode(tag, i1, i2, j1, j2)
        if tag == "equal"
        else Opcode(tag, i1, i2, j1, j2, _stretch(t1, i1, i2), _stretch(t2, j1, j2))
        for tag, i1, i2, j1, j2 in steps
    ]


def _stretch(items: Any, start: int, stop: int) -> Any:
    try:
        return items[start:stop]
    except TypeError:  # a deque
        return list(islice(items, start, stop))


def _stretches(walk: Walk, node: Node, relation: Any, opcodes: list[Opcode]) -> Children:
    for tag, i1, _, j1, _, old, new in opcodes:
        if tag == "replace":
            yield from _compare(walk, node, relation, _in_order(old, new, i1, j1))
        elif tag == "delete":
            for index, item in enumerate(old, i1):
                child = Node(item, notpresent, node, relation, index)
                walk.report("iterable_item_removed", child)
        elif tag == "insert":
            for index, item in enumerate(new, j1):
                walk.report("iterable_item_added", Node(notpresent, item, node, relation, index))


def _in_order(t1: Any, t2: Any, first: int = 0, second: int = 0) -> list[Pair]:
    """Each item with the one at the same place, counted from `first` and `second`."""
    return [
        ((index + first, index + second), pair)
        for index, pair in enumerate(zip_longest(t1, t2, fillvalue=_MISSING))
    ]


def _by_function(walk: Walk, node: Node) -> Iterator[Pair] | list[Pair]:
    """Each item with the first free one that the user's function takes for it."""
    belong: Callable[..., Any] = walk.options.iterable_compare_func
    hasher = walk.hasher()
    matches: list[Pair] = []
    taken: set[int] = set()
    digests: set[Any] = set()
    level = node.level()
    try:
        for i, x in enumerate(node.t1):
            for j, y in enumerate(node.t2):
                if j not in taken and belong(x, y, level):
                    taken.add(j)
                    digests.add(hasher.digest(y)[0])
                    matches.append(((i, j), (x, y)))
                    break
            else:
                matches.append(((i, -1), (x, _MISSING)))
        for j, y in enumerate(node.t2):
            if hasher.digest(y)[0] not in digests:
                matches.append(((-1, j), (_MISSING, y)))
    except CannotCompare:
        return _in_order(node.t1, node.t2)
    return matches


def _compare(
    walk: Walk, node: Node, relation: Any, pairs: Any, report_moves: bool = True
) -> Children:
    by_function = walk.options.iterable_compare_func is not None
    for (i, j), (x, y) in pairs:
        walk.shared.count()
        if y is _MISSING:
            walk.report("iterable_item_removed", Node(x, notpresent, node, relation, i, j))
            continue
        if x is _MISSING:
            walk.report("iterable_item_added", Node(notpresent, y, node, relation, i, j))
            continue
        if i != j and report_moves and (x == y or by_function):
            walk.report("iterable_item_moved", Node(x, y, node, relation, i, j))
            if not by_function:
                continue
            # From here on paths are relative to the second list.
            node.moved = node.additional["moved"] = True
        if not walk.on_the_way(x):
            yield Node(x, y, node, relation, i, j)
