"""Objects that are made of others, as the dicts and lists that the native walk goes through.

Each `ENTER` function gives an instruction, or a list of them, for a pair: ("items", dict, dict,
attributes, whole), ("list", list, list, subscriptable, ordered, basic), ("set", items, items),
("keyed", list, list, keys, keys, subscriptable), ("pairs", [(key, key, item, item), ...], relation,
by_function), ("rows", ...) or ("count", n).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from . import _arrays, _attributes, _keyed
from ._kinds import Kinds
from ._nodes import Node
from ._sets import SetOrdered
from .helper import KEY_TO_VAL_STR, CannotCompare, Opcode, notpresent
from .model import NonSubscriptableIterableRelationship, SubscriptableIterableRelationship

if TYPE_CHECKING:
    from ._walk import Instruction, Walk

logger = logging.getLogger("deepdiff.diff")

_LISTS = (list, tuple)


def kinds_of(known: Kinds) -> tuple[tuple[str, Any], ...]:
    """The types of each kind, in the order in which they are asked."""
    return (
        ("mapping", Mapping),
        ("tuple", tuple),
        ("set", (set, frozenset, SetOrdered)),
        ("array", known.ndarray),
        ("model", known.pydantic),
        ("iterable", Iterable),
        ("enum", Enum),
    )


def _as_dict(mapping: Any) -> dict[Any, Any]:
    return mapping if type(mapping) is dict else {key: mapping[key] for key in mapping}


def _as_list(items: Any) -> Any:
    return items if type(items) in _LISTS else list(items)


def _mapping(walk: Walk, node: Node) -> Instruction:
    items = ("items", _as_dict(node.t1), _as_dict(node.t2), False, True)
    extra = _attributes.of_subclass(node)
    return items if extra is None else [items, ("items", *extra, True, False)]


def _tuple(walk: Walk, node: Node) -> Instruction:
    if hasattr(node.t1, "_asdict"):
        return _attributes.enter(walk, node, "named tuple")
    return iterable(walk, node)


def _set(walk: Walk, node: Node) -> Instruction:
    return ("set", list(node.t1), list(node.t2))


def ignores_order(walk: Walk, node: Node) -> bool:
    """Whether the order of the items of this pair counts."""
    ask = walk.options.ignore_order_func
    if ask:
        answer = ask(node.level())
        node.refresh()
        if answer:
            return True
    return bool(walk.options.ignore_order)


def iterable(walk: Walk, node: Node) -> Instruction:
    """Two lists, or other iterables."""
    if ignores_order(walk, node):
        return ("list", _as_list(node.t1), _as_list(node.t2), True, False, False)
    return in_order(walk, node)


def in_order(walk: Walk, node: Node) -> Instruction:
    """Two iterables whose order counts."""
    options = walk.options
    t1, t2 = node.t1, node.t2
    subscriptable = hasattr(t1, "__getitem__") and hasattr(t2, "__getitem__")
    relation = (
        SubscriptableIterableRelationship if subscriptable else NonSubscriptableIterableRelationship
    )
    if options.key is not None:
        keys = _keyed.keys(options.key, node)
        if keys is not None:
            return ("keyed", _as_list(t1), _as_list(t2), *keys, subscriptable)
    if options.iterable_compare_func is not None:
        return ("pairs", _by_function(walk, node), relation, True)
    basic = (
        not options.zip_ordered_iterables and isinstance(t1, Sequence) and isinstance(t2, Sequence)
    )
    return ("list", _as_list(t1), _as_list(t2), subscriptable, True, basic)


def _by_function(walk: Walk, node: Node) -> list[Any]:
    """Each item with the first free one that the user's function takes for it."""
    belong: Callable[..., Any] = walk.options.iterable_compare_func
    hasher = walk.hasher()
    matches: list[Any] = []
    taken: set[int] = set()
    digests: set[Any] = set()
    level = node.level()
    try:
        for i, x in enumerate(node.t1):
            for j, y in enumerate(node.t2):
                if j not in taken and belong(x, y, level):
                    taken.add(j)
                    digests.add(hasher.digest(y)[0])
                    matches.append((i, j, x, y))
                    break
            else:
                matches.append((i, -1, x, notpresent))
        for j, y in enumerate(node.t2):
            if hasher.digest(y)[0] not in digests:
                matches.append((-1, j, notpresent, y))
    except CannotCompare:
        pairs = zip_longest(node.t1, node.t2, fillvalue=notpresent)
        return [(index, index, x, y) for index, (x, y) in enumerate(pairs)]
    return matches


def opcodes_with_values(t1: Any, t2: Any, steps: Iterable[Any]) -> list[Opcode]:
    """The steps that turn one list into the other, with the values of what changes."""
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


def keys_of(walk: Walk, node: Node, mapping: Any) -> dict[Any, Any]:
    """The keys of a dict that count: as they are compared, to as they are."""
    options, filters = walk.options, walk.filters
    keys = [
        key
        for key in mapping
        if not (options.ignore_private_variables and isinstance(key, str) and key.startswith("__"))
        and not (filters and filters.skip_key(node, key))
    ]
    if not (
        options.ignore_string_type_changes
        or options.ignore_numeric_type_changes
        or options.ignore_string_case
    ):
        return {key: key for key in keys}
    result: dict[Any, Any] = {}
    for key in keys:
        clean = _clean_key(walk, key)
        if clean in result:
            logger.warning(
                f"{key} and {result[clean]} in {node.path()} become the same key when "
                "ignore_numeric_type_changesor ignore_numeric_type_changes are set to be true."
            )
        else:
            result[clean] = key
    return result


def _clean_key(walk: Walk, key: Any) -> Any:
    options = walk.options
    clean = key
    if options.ignore_string_type_changes and isinstance(key, (bytes, memoryview)):
        clean = bytes(key).decode("utf-8")
    elif options.use_enum_value and isinstance(key, Enum):
        clean = key.value
    elif isinstance(key, walk.kinds.numbers):
        if options.significant_digits is not None:
            clean = options.number_to_string(
                key,
                significant_digits=options.significant_digits,
                number_format_notation=options.number_format_notation,
            )
        if key not in walk.shared.group_by_keys:
            type_name = "number"
            if not options.ignore_numeric_type_changes:
                type_name = key.__class__.__name__
            clean = KEY_TO_VAL_STR.format(type_name, clean)
    return clean.lower() if options.ignore_string_case and isinstance(clean, str) else clean


ENTER: dict[str, Callable[[Any, Node], Any]] = {
    "mapping": _mapping,
    "tuple": _tuple,
    "set": _set,
    "array": _arrays.enter,
    "frame": _attributes.frames,
    "iterable": iterable,
    "model": lambda walk, node: _attributes.enter(walk, node, "model"),
    "enum": lambda walk, node: _attributes.enter(walk, node, "enum"),
    "object": lambda walk, node: _attributes.enter(walk, node, "object"),
}
