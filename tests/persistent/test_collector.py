"""What the garbage collector sees of collections: each node once, and only where it must."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from mainstay.persistent import OrderedPMap, dq, m, pbag, plist, pmap, pset, pvector, s, v


class Thing:
    """Something that can be part of a cycle."""

    held: Any = None


def nodes_of(collection: Any) -> list[Any]:
    """All nodes of a collection."""
    found: dict[int, Any] = {}
    waiting = [collection]
    while waiting:
        for each in gc.get_referents(waiting.pop()):
            if type(each).__name__ in ("MapNode", "VectorNode") and id(each) not in found:
                found[id(each)] = each
                waiting.append(each)
    return list(found.values())


@pytest.mark.parametrize("size", [1, 10, 40, 5000])
def test_nodes_of_texts_and_numbers_are_not_tracked(size: int) -> None:
    texts = {f"key {i}": i for i in range(size)}
    for collection in (pmap(texts), pset(texts), pvector(texts), m(inner=pvector(texts))):
        assert nodes_of(collection)
        assert not any(gc.is_tracked(node) for node in nodes_of(collection))
        assert not gc.is_tracked(collection)


def test_only_the_way_to_what_may_be_part_of_a_cycle_is_tracked() -> None:
    plain = pvector(range(5000))
    with_list = plain.set(3000, [])
    tracked = [node for node in nodes_of(with_list) if gc.is_tracked(node)]
    assert len(tracked) == 3  # the leaf, and the two above it
    assert gc.is_tracked(with_list)
    assert not any(gc.is_tracked(node) for node in nodes_of(with_list.set(3000, 0)))
    assert not gc.is_tracked(plain)
    of_map = pmap({i: i for i in range(5000)}).set(3000, Thing())
    assert 1 <= sum(gc.is_tracked(node) for node in nodes_of(of_map)) <= 4


def test_an_evolver_tracks_what_it_puts_into_its_own_nodes() -> None:
    evolver = pmap({i: i for i in range(1000)}).evolver()
    vectors = pvector(range(1000)).evolver()
    evolver[5] = vectors[5] = 0
    evolver[6] = vectors[6] = thing = Thing()
    thing.held = (evolver.persistent(), vectors.persistent())
    gone = weakref.ref(thing)
    del thing, evolver, vectors
    gc.collect()
    assert gone() is None


def test_a_cycle_through_a_leaf_that_two_vectors_share_is_collected() -> None:
    thing = Thing()
    first = pvector([thing, *range(40)])
    second = first.append(1)
    thing.held = (first, second, second[:33])
    gone = weakref.ref(thing)
    del thing, first, second
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "hold",
    [
        lambda thing: m(a=thing),
        lambda thing: pmap({i: thing for i in range(100)}),
        lambda thing: s(thing),
        lambda thing: m(a=thing).evolver(),
        lambda thing: s(thing).evolver(),
        lambda thing: v(thing).evolver(),
        lambda thing: iter(v(thing)),
        lambda thing: iter(m(a=thing).items()),
        lambda thing: v(thing).append(1).append(2),
        lambda thing: (plist([thing]), dq(thing), pbag([thing]), OrderedPMap({1: thing})),
    ],
)
def test_cycles_through_every_kind_of_collection_are_collected(hold: Any) -> None:
    thing = Thing()
    thing.held = hold(thing)
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None


def test_what_was_appended_ends_with_the_last_version_that_has_it() -> None:
    base = v(1, 2, 3).append(4)
    thing = Thing()
    gone = weakref.ref(thing)
    version = base.append(thing)
    del thing, version
    assert gone() is None
    assert len(base) == 4


def test_a_long_chain_of_collections_ends_without_recursion() -> None:
    chain: Any = None
    for _ in range(100_000):
        chain = v(chain, m(a=chain)) if chain is None else m(a=chain)
    del chain
    vectors: Any = 0
    for _ in range(100_000):
        vectors = v(vectors)
    del vectors


def test_maps_give_memory_back() -> None:
    full = pmap({i: i for i in range(2000)})
    evolver = full.evolver()
    for i in range(1990):
        del evolver[i]
    assert len(nodes_of(full)) > 50
    assert len(nodes_of(evolver.persistent())) == 1
