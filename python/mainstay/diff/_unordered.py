"""Lists where order does not count: items are matched by digest, the rest in pairs by distance.

Among the items that only one list has, those nearest to each other become pairs, and each pair is
compared as if it had been at one place. `pairing="index"` finds the pairs through what the items
have in common instead of measuring each with each: nearly linear time, other pairs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from . import _pairing
from ._nodes import Node
from ._sets import SetOrdered
from .deephash import combine_hashes_lists
from .helper import IndexedHash, not_found, notpresent, unprocessed
from .model import SubscriptableIterableRelationship

if TYPE_CHECKING:
    from ._walk import Children, Walk

Table = dict[Any, IndexedHash]


def hash_table(walk: Walk, node: Node, items: Any) -> Table:
    """The items by digest, each with the places at which it, or an equal one, is."""
    hasher = walk.hasher()
    path = node.path()
    table: Table = {}
    for index, item in enumerate(items):
        try:
            digest, _ = hasher.digest(item, f"{path}[{index}]")
        except UnicodeDecodeError as error:
            error.reason = f"Can not produce a hash for {path}: {error.reason}"
            raise
        if digest is None:  # left out by a filter here; at another path it may have been hashed
            digest = hasher.get(item)
            if digest is None:
                continue
        if digest is unprocessed:
            walk.options.log_err(
                f"Item {path} was not processed while hashing thus not counting this object."
            )
        elif digest in table:
            table[digest].indexes.append(index)
        else:
            table[digest] = IndexedHash([index], item)
    hasher.digest(items, path)  # its size is needed for distances
    return table


def walk(walk: Walk, node: Node, original_type: Any = None) -> Children:
    """The child pairs of two iterables whatever the order of their items."""
    options = walk.options
    table1, table2 = (hash_table(walk, node, items) for items in (node.t1, node.t2))
    added = [digest for digest in table2 if digest not in table1]
    removed = [digest for digest in table1 if digest not in table2]
    pairs: dict[Any, Any] = {}
    differing = (len(added) + len(removed)) / (len(table1) + len(table2) + 1)
    if differing <= options.cutoff_intersection_for_pairs and walk.shared.may_pass():
        pairs = _pairs(walk, added, removed, table1, table2, original_type)
    yield from _report(walk, node, added, removed, table1, table2, pairs)


def _report(
    walk: Walk,
    node: Node,
    added: list[Any],
    removed: list[Any],
    table1: Table,
    table2: Table,
    pairs: dict[Any, Any],
) -> Children:
    repeated = walk.options.report_repetition
    count = walk.shared.count
    paired: set[Any] = set()

    def child(t1: Any, t2: Any, index1: Any, index2: Any) -> Node:
        return Node(t1, t2, node, SubscriptableIterableRelationship, index1, index2)

    for digest in added:
        count()
        indexes, item = table2[digest]
        other = pairs.get(digest)
        before = notpresent if other is None else table1[other].item
        places = indexes if other is None else table1[other].indexes
        # With repetitions, places in the second list are only told where there is just one.
        place2 = indexes[0] if not repeated or len(indexes) == 1 else None
        for place in places if repeated else places[:1]:
            if other is None:
                walk.report("iterable_item_added", child(before, item, place, place2))
            else:
                yield child(before, item, place, place2)
        if other is not None:
            paired.add(other)
    for digest in removed:
        if digest in paired:
            continue
        count()
        indexes, item = table1[digest]
        place2 = None if repeated else indexes[0]
        for place in indexes if repeated else indexes[:1]:
            walk.report("iterable_item_removed", child(item, notpresent, place, place2))
    if not repeated:
        return
    for digest, (indexes2, item2) in table2.items():
        if digest not in table1:
            continue
        indexes1, item1 = table1[digest]
        if len(indexes1) != len(indexes2):
            change = child(item1, item2, indexes1[0], None)
            change.additional["repetition"] = {
                "old_repeat": len(indexes1),
                "new_repeat": len(indexes2),
                "old_indexes": indexes1,
                "new_indexes": indexes2,
            }
            walk.report("repetition_change", change)


def _pairs(
    walk: Walk,
    added: list[Any],
    removed: list[Any],
    table1: Table,
    table2: Table,
    original_type: Any,
) -> dict[Any, Any]:
    """The removed digest that belongs to an added one: the nearest, and each only once."""
    if walk.options.pairing == "index":
        return _pairing.by_common_parts(walk, added, removed, table1, table2)
    shared = walk.shared
    key = None
    if shared.cache_enabled:
        key = combine_hashes_lists(items=[added, removed], prefix="pairs_cache")
        cached = shared.distance_cache.get(key)
        if cached is not not_found:
            return dict(cached)
    known = _pairing.known_distances(walk, added, removed, table1, table2, original_type)
    near: dict[Any, dict[float, SetOrdered]] = defaultdict(lambda: defaultdict(SetOrdered))
    for to in added:
        for of in removed:
            if walk.on_the_way(table1[of].item):
                continue
            distance = known.get((to, of))
            if distance is None:
                distance = _distance(walk, to, of, table1, table2, original_type)
            if distance < walk.options.cutoff_distance_for_pairs:
                near[to][distance].add(of)
    pairs = _nearest_first(near)
    if key and shared.cache_enabled:
        shared.distance_cache.set(key, value=dict(pairs))
    return pairs


def _nearest_first(near: dict[Any, dict[float, SetOrdered]]) -> dict[Any, Any]:
    """Choose pairs in the order of their distances.

    Of equal distances the first removed item wins; its rivals are then used up as well. That is
    the peer's way, and decides what many reports look like.
    """
    by_distance: dict[float, SetOrdered] = defaultdict(SetOrdered)
    for to, distances in near.items():
        for distance in distances:
            by_distance[distance].add(to)
    pairs: dict[Any, Any] = {}
    used: set[Any] = set()
    for distance in sorted(by_distance):
        tos = by_distance[distance]
        while tos:
            to = tos.pop()
            if to in used:
                continue
            candidates = near[to][distance]
            while candidates:
                of = candidates.pop()
                if of not in used:
                    used.update((to, of))
                    pairs[to] = of
    return pairs


def _distance(
    walk: Walk, to: Any, of: Any, table1: Table, table2: Table, original_type: Any
) -> float:
    """How far two items are from each other, as a comparison of the two finds."""
    from .diff import distance_of

    shared = walk.shared
    key = None
    if shared.cache_enabled:
        key = _cache_key(to, of)
        cached = shared.distance_cache.get(key)
        if cached is not not_found:
            shared.stats["DISTANCE CACHE HIT COUNT"] += 1
            return float(cached)
    distance = distance_of(walk, table1[of].item, table2[to].item, original_type)
    if key and shared.cache_enabled:
        shared.distance_cache.set(key, value=distance)
    return distance


def _cache_key(added_hash: Any, removed_hash: Any) -> bytes:
    """A key that does not depend on which of the two was added."""
    first, second = sorted((added_hash, removed_hash), reverse=True)
    if isinstance(first, int):
        first, second = hex(first), hex(second)
    parts = (each.encode("utf-8") if isinstance(each, str) else each for each in (first, second))
    return b"--".join(parts) + b"dc"
