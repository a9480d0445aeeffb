"""What users rely on beyond the peer's suite: subclasses, callbacks, threads, memory."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mainstay.bolts import (
    _native,
    cacheutils,
    dictutils,
    iterutils,
    listutils,
    queueutils,
    setutils,
)


class Rude:
    """A key whose comparison runs a function."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        self.act()
        return self is other


class Unequal:
    """A key with the same hash that equals only itself."""

    def __hash__(self) -> int:
        return 1


def test_a_callback_may_change_what_is_walked() -> None:
    data: Any = {"a": [1, 2, 3], "b": {1, 2}, "c": {"d": 1}}

    def visit(path: Any, key: Any, value: Any) -> bool:
        data["a"].clear()
        data["b"].clear()
        data["c"].clear()
        return True

    assert iterutils.remap(data, visit) == {"a": [1, 2, 3], "b": set(), "c": {}}


def test_cycles_and_shared_values_stay_what_they_are() -> None:
    loop: Any = {"list": [1], "self": None}
    loop["self"] = loop
    loop["again"] = loop["list"]
    copied = iterutils.remap(loop)
    assert copied["self"] is copied is not loop
    assert copied["again"] is copied["list"] is not loop["list"]


def test_a_search_in_a_cycle_is_refused_where_the_peer_never_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(RecursionError, match="contains itself"):
        iterutils.research(loop, lambda path, key, value: False)
    with pytest.raises(RecursionError, match="contains itself"):
        iterutils.remap(loop, cache=False)
    with pytest.raises(RecursionError, match="nested too deeply, or one contains itself"):
        iterutils.flatten(loop)


def test_depth_costs_no_recursion() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    found = iterutils.remap(deep)
    depth = 0
    while found:
        found, depth = found[0], depth + 1
    assert depth == 100_000


def test_classes_of_the_program_go_through_the_default_functions() -> None:
    class Rows(list[Any]):
        pass

    class Table(dict[str, Any]):
        pass

    copied = iterutils.remap({"a": Rows([1, Table(b=2)])})
    assert type(copied["a"]) is Rows
    assert type(copied["a"][1]) is Table
    assert iterutils.research(Rows([7]), lambda path, key, value: value == 7) == [((0,), 7)]


def test_a_key_that_changes_the_container_it_is_looked_up_in_breaks_nothing() -> None:
    items = setutils.IndexedSet([Unequal() for _ in range(20)])

    def grow() -> None:
        if len(items) < 500:
            items.add(Unequal())

    items.add(Rude(grow))
    assert items.index(items[-1]) == len(items) - 1

    cache = cacheutils.LRU(50)
    for _ in range(20):
        cache[Unequal()] = 1
    cache[Rude(cache.clear)] = 1
    for _ in range(100):
        cache[Unequal()] = 2
    assert len(cache) == 50 == len(cache._get_flattened_ll())

    counter = cacheutils.ThresholdCounter(0.1)
    counter.add(Rude(lambda: counter.add(5)))
    counter.add(Unequal())
    assert counter.total >= 2


def test_an_error_of_a_comparison_reaches_the_caller() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    bad = Rude(fail)
    for make in (
        lambda: setutils.IndexedSet([bad, Unequal()]),
        lambda: cacheutils.LRU(values=[(bad, 1), (Unequal(), 2)]),
        lambda: cacheutils.ThresholdCounter().update([bad, Unequal()]),
        lambda: dictutils.OMD([(bad, 1), (Unequal(), 2)]),
        lambda: iterutils.unique([bad, Unequal()]),
    ):
        with pytest.raises(ZeroDivisionError):
            make()


def test_methods_that_a_subclass_overrides_are_called() -> None:
    class Loud(dictutils.OMD):
        def add(self, k: Any, v: Any, /) -> None:
            super().add(k.upper(), v)

    assert Loud([("a", 1)]).items(multi=True) == [("A", 1)]

    class Lower(cacheutils.LRU):
        def __getitem__(self, key: str) -> Any:
            return super().__getitem__(key.lower())

    cache = Lower(values={"a": 1})
    assert (cache.get("A"), cache.get("B", 2)) == (1, 2)

    class Kept(queueutils.HeapPriorityQueue):
        _default_priority_key = staticmethod(lambda p: float(p or 0))

    queue = Kept()
    queue.add("late", 5)
    queue.add("early", 1)
    assert queue.pop() == "early"


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_containers_survive_copies_and_pickles(again: Callable[[Any], Any]) -> None:
    omd = dictutils.OMD([("a", 1), ("b", 2), ("a", 3)])
    assert again(omd).items(multi=True) == omd.items(multi=True)
    items = setutils.IndexedSet("hello")
    items.discard("h")
    assert list(again(items)) == ["e", "l", "o"]
    lru = cacheutils.LRU(3, {"a": 1})
    assert (dict(again(lru)), again(lru).max_size) == ({"a": 1}, 3)
    barrel = listutils.BarrelList(range(2000))
    assert list(again(barrel)) == list(range(2000))
    assert again(dictutils.FrozenDict(a=1)) == {"a": 1}


def test_removing_many_items_keeps_indexes_right() -> None:
    items = setutils.IndexedSet(range(100_000))
    items.difference_update(set(range(0, 100_000, 2)))
    assert (len(items), items[100], items.index(201), items[-1]) == (50_000, 201, 100, 99_999)
    while len(items) > 40_000:  # holes all over, closed again and again
        items.pop(len(items) // 3)
    assert [items[i] for i in range(0, 40_000, 997)] == list(items)[::997]


def test_as_a_plain_dict_a_cache_holds_its_values() -> None:
    cache = cacheutils.LRU(2, [("a", 1), ("b", 2), ("c", 3)])
    assert {**cache} == dict(cache) == {"b": 2, "c": 3}
    cache.max_size = 1
    cache["d"] = 4
    assert len(cache) == 2  # one goes for each that comes
    with pytest.raises(ValueError, match="expected max_size > 0"):
        cache.max_size = 0


def test_cycles_through_containers_are_collected() -> None:
    class Node:
        pass

    gone = []
    for make in (
        lambda node: cacheutils.LRU(values={1: node}),
        lambda node: cacheutils.cached({1: node})(lambda: node),
        lambda node: dictutils.OMD([(1, node), (1, node)]),
        lambda node: setutils.IndexedSet([node]),
        lambda node: iter(setutils.IndexedSet([node])),
    ):
        node: Any = Node()
        node.holder = make(node)
        gone.append(weakref.ref(node))
        del node
    counter = cacheutils.ThresholdCounter()
    node = Node()
    node.holder = counter
    counter.add(node)
    gone.append(weakref.ref(node))
    del node, counter
    gc.collect()
    assert [each() for each in gone] == [None] * 6


def test_nothing_is_leaked() -> None:
    def work() -> None:
        data = {"a": [1, (2, {3}), frozenset([4])], "b": None}
        for _ in range(50):
            iterutils.remap(data, lambda path, key, value: value is not None)
            iterutils.research(data, lambda path, key, value: value == 3)
            iterutils.flatten([[1], [[2]]])
            cache = cacheutils.LRU(2, [(n, str(n)) for n in range(5)])
            assert (cache.get(9), cache.pop(4)) == (None, "4")
            cache.clear()
            omd = dictutils.OMD([("a", 1), ("a", 2), ("b", [])])
            assert (omd.poplast("a"), omd.popall("a")) == (2, [1])
            assert omd.items(multi=True) == [("b", [])]
            items = setutils.IndexedSet(map(str, range(20)))
            items.remove("7")
            assert items.pop(3) == "3" and items[2:4] == items[2:4] and items & "12"
            with pytest.raises(KeyError):
                cache["no"]

    work()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(5):
        work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 200


def test_threads_may_share_a_bounded_dict() -> None:
    cache = cacheutils.LRU(100, on_miss=lambda key: key * 2)

    def work(start: int) -> bool:
        right = True
        for n in range(2000):
            key = (start * 7 + n) % 300
            right = right and cache[key] == key * 2
            if n % 50 == 0:
                cache.pop(key, None)
        return right

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(cache) <= 100
    assert sorted(cache) == sorted(key for key, _ in cache._get_flattened_ll())


def test_the_modules_load_only_what_they_need() -> None:
    script = (
        "import sys, mainstay.bolts.setutils; "
        "print(*sorted(n for n in sys.modules if n.startswith('mainstay.')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == [
        "mainstay.bolts",
        "mainstay.bolts._native",
        "mainstay.bolts._sentinels",
        "mainstay.bolts.setutils",
    ]


def test_what_the_benchmarks_measure_is_native(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def noted(name: str) -> Callable[..., Any]:
        real = getattr(_native, name)

        def call(*arguments: Any) -> Any:
            called.append(name)
            return real(*arguments)

        return call

    for name in ("remap", "research", "flatten", "unique", "bucketize", "partition", "redundant"):
        monkeypatch.setattr(_native, name, noted(name))
        function = getattr(iterutils, name)
        function([1, [2]]) if name in ("remap", "research", "flatten") else function([1, 2])
    assert len(called) == 7
    assert "__getitem__" not in vars(cacheutils.LRU) | vars(cacheutils.LRI)


def test_differences_that_the_peer_has_wrong_are_kept() -> None:
    # Each is listed in the registry as a deviation.
    assert cacheutils.LRI(values={1: 2}) == {1: 2}
    omd = dictutils.OMD()
    omd.update_extend({}, a=1)
    assert omd.items() == [("a", 1)]
    items = setutils.IndexedSet("abc")
    items.intersection_update("ab", "bc")
    assert list(items) == ["b"]
    assert setutils.complement(setutils.complement({1, 2})) ^ setutils.complement({2}) == (
        setutils.complement({1})
    )
    assert listutils.BarrelList([1]) != listutils.BarrelList([2])
