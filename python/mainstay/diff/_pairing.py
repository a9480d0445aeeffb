"""Which unmatched items of two unordered lists belong together, where that takes no comparison."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .distance import MATH_LOG_OFFSET
from .helper import CannotCompare, IndexedHash

if TYPE_CHECKING:
    from ._options import Options
    from ._walk import Walk

Table = dict[Any, IndexedHash]
Distances = dict[tuple[Any, Any], float]

_COMPARED_EQUAL = 0.000001
_COMMON_TOKEN = 64
"""A part that so many removed items have says nothing about which of them is meant."""


def known_distances(
    walk: Walk, added: list[Any], removed: list[Any], table1: Table, table2: Table, of: Any
) -> Distances:
    """The distances that a function of the user's or arithmetic gives."""
    if not added or not removed:
        return {}
    if walk.options.iterable_compare_func:
        return by_function(walk.options, added, removed, table1, table2)
    if len(added) < 2 or len(removed) < 2:
        return {}
    new = [table2[digest].item for digest in added]
    old = [table1[digest].item for digest in removed]
    if not _are_numbers(walk, new + old, of):
        return {}
    firsts, seconds = ([_number(item) for item in items] for items in (new, old))
    return {
        (to, gone): _between(walk, a, b)
        for to, a in zip(added, firsts)
        for gone, b in zip(removed, seconds)
    }


def by_function(
    options: Options, added: list[Any], removed: list[Any], table1: Table, table2: Table
) -> Distances:
    """The distances that the function of the user's gives to the pairs it can compare."""
    distances: Distances = {}
    for to in added:
        for of in removed:
            try:
                same = options.iterable_compare_func(table2[to].item, table1[of].item)
            except CannotCompare:
                continue
            distances[to, of] = (options.math_epsilon or _COMPARED_EQUAL) if same else 1
    return distances


def _are_numbers(walk: Walk, items: list[Any], of: Any) -> bool:
    if of is not None:
        numbers = walk.kinds.only_numbers
        return all(isinstance(item, numbers) for item in items) and not any(
            isinstance(item, walk.kinds.complex_numbers) for item in items
        )
    first = type(items[0])
    return first in (int, float, Decimal) and all(type(item) is first for item in items)


def _number(item: Any) -> Any:
    return item if isinstance(item, int) else float(item)


def _between(walk: Walk, first: Any, second: Any) -> float:
    """The distance of two numbers: from 0 to the largest at which they can be a pair."""
    options = walk.options
    most: float = options.cutoff_distance_for_pairs
    if options.use_log_scale:
        first, second = (
            math.copysign(math.log(abs(item) + MATH_LOG_OFFSET), item) for item in (first, second)
        )
    difference = first - second
    divisor = (first + second) / most if most else 0
    distance = 0.0
    if difference != divisor:
        distance = abs(difference / divisor) if divisor else most
    distance = min(distance, most)
    if options.use_log_scale and distance < options.log_scale_similarity_threshold:
        return 0.0
    return distance


def _parts(walk: Walk, item: Any) -> Iterator[Any]:
    """What an item has in common with those that may be an older form of it."""
    hasher = walk.hasher()
    if isinstance(item, Mapping):
        for key, value in item.items():
            yield key, hasher.digest(value)[0]
    elif isinstance(item, (list, tuple, set, frozenset)):
        for value in item:
            yield hasher.digest(value)[0]
    elif isinstance(item, str):
        yield from item.split()


def by_common_parts(
    walk: Walk, added: list[Any], removed: list[Any], table1: Table, table2: Table
) -> dict[Any, Any]:
    """Pair each added item with the free removed one that shares most parts with it."""
    having: dict[Any, list[Any]] = defaultdict(list)
    sizes: dict[Any, int] = {}
    for of in removed:
        parts = set(_parts(walk, table1[of].item))
        sizes[of] = len(parts)
        for part in parts:
            having[part].append(of)
    offers: list[tuple[float, int, int, Any, Any]] = []
    places = {of: place for place, of in enumerate(removed)}
    for index, to in enumerate(added):
        shared: dict[Any, int] = defaultdict(int)
        parts = set(_parts(walk, table2[to].item))
        for part in parts:
            holders = having.get(part, ())
            for of in holders if len(holders) <= _COMMON_TOKEN else ():
                shared[of] += 1
        for of, common in shared.items():
            likeness = 2 * common / (len(parts) + sizes[of])
            if not walk.on_the_way(table1[of].item):
                offers.append((-likeness, index, places[of], to, of))
    offers.sort(key=lambda offer: offer[:3])
    pairs: dict[Any, Any] = {}
    used = set()
    for _, _, _, to, of in offers:
        if to not in pairs and of not in used:
            pairs[to] = of
            used.add(of)
    return pairs
