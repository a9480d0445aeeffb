"""What the peer gets wrong and this does not, one test each; and what only this has."""

from __future__ import annotations

import math
from typing import Any

import pytest
from mainstay.persistent import (
    CheckedPMap,
    CheckedPSet,
    CheckedPVector,
    InvariantException,
    OrderedPMap,
    PClass,
    PRecord,
    field,
    m,
    pdeque,
    pmap,
    pset,
    pvector,
    s,
    v,
)


class Numbers(CheckedPVector[int]):
    __type__ = int
    __invariant__ = lambda n: (n >= 0, f"{n} is negative")  # noqa: E731


class Range(PRecord):
    __invariant__ = lambda r: (r.low <= r.high, "low above high")  # noqa: E731
    low = field(type=int, invariant=lambda n: (n >= 0, "low is negative"))
    high = field(type=int)


class Span(PClass):
    __invariant__ = lambda r: (r.low <= r.high, "low above high")  # noqa: E731
    low = field(type=int, factory=int)
    high = field(type=int)


def test_nan_is_found_as_the_key_that_it_is() -> None:
    assert pmap({math.nan: 1})[math.nan] == 1
    assert math.nan in s(math.nan)


def test_what_is_equal_has_one_hash() -> None:
    assert hash(v(1, 2)) == hash(Numbers([1, 2])) == hash((1, 2))
    assert hash(s(1, 2)) == hash(frozenset([1, 2])) == hash(pmap({1: None, 2: 0}).keys())
    assert {frozenset([1])} == {s(1)}


def test_the_hash_of_a_set_is_computed_once() -> None:
    class Counted:
        hashed = 0

        def __hash__(self) -> int:
            Counted.hashed += 1
            return 1

    elements = pset([Counted()])
    hash(elements)
    before = Counted.hashed
    assert hash(elements) == hash(elements)
    assert Counted.hashed == before


@pytest.mark.parametrize("wrap", [v, s, lambda inner: m(a=inner)])
def test_what_is_too_deep_to_be_hashed_is_refused(wrap: Any) -> None:
    chain: Any = []
    for _ in range(100_000):
        chain = v(chain)
    with pytest.raises(RecursionError, match="while hashing"):
        hash(wrap(chain))


def test_a_vector_longer_than_can_be_counted_is_refused() -> None:
    long = v(1) * 2**50
    assert len(long) == 2**50
    assert long[2**49] == 1
    for action in (lambda: long + long, lambda: long * 2**40, lambda: v(1) * 2**62):
        with pytest.raises(MemoryError):
            action()


@pytest.mark.parametrize("alias", [list[int], tuple[int, int], dict[str, int]])
def test_a_field_of_an_alias_holds_its_class(alias: Any) -> None:
    cls = type("Holder", (PClass,), {"x": field(type=alias)})
    made = alias.__origin__()
    assert cls(x=made).x is made
    with pytest.raises(TypeError):
        cls(x=5)


def test_a_union_as_a_type_is_refused_with_words() -> None:
    with pytest.raises(TypeError, match="must be types or strings"):
        field(type=int | None)


def test_types_are_inherited_from_all_bases() -> None:
    class Few(Numbers):
        pass

    class Fewer(Few):
        pass

    with pytest.raises(TypeError):
        Fewer(["x"])


def test_patterns_match() -> None:
    match v(1, 2), m(a=3):
        case [a, b], {"a": c}:
            assert (a, b, c) == (1, 2, 3)
        case _:
            pytest.fail("no match")


def test_a_deque_of_no_length_holds_nothing() -> None:
    empty = pdeque([1, 2], maxlen=0)
    assert len(empty) == len(empty.append(1).extendleft([2])) == 0


def test_evolvers_that_were_put_right_do_not_raise() -> None:
    numbers = Numbers([1, 2]).evolver()
    numbers[0] = -1
    with pytest.raises(InvariantException, match="-1 is negative"):
        numbers.persistent()
    numbers[0] = 5
    assert numbers.persistent() == [5, 2]
    record = Range(low=1, high=2).evolver()
    record["low"] = -5
    record["low"] = 0
    assert record.persistent() == {"low": 0, "high": 2}

    class Even(CheckedPSet[int]):
        __invariant__ = lambda n: (n % 2 == 0, "odd")  # noqa: E731

    class Small(CheckedPMap[str, int]):
        __invariant__ = lambda key, value: (value < 10, "large")  # noqa: E731

    assert Even([2]).evolver().add(3).remove(3).add(4).persistent() == {2, 4}
    assert Small({"a": 1}).evolver().set("a", 50).set("a", 5).persistent() == {"a": 5}


@pytest.mark.parametrize("cls", [Range, Span])
@pytest.mark.parametrize("nested", [True, False])
def test_the_steps_of_a_transform_are_checked_once_at_its_end(cls: Any, nested: bool) -> None:
    span = cls(low=1, high=2)
    whole = m(span=v(span)) if nested else span
    path = ["span", 0] if nested else []
    moved = whole.transform([*path, "low"], 10, [*path, "high"], 20)
    assert (moved["span"][0] if nested else moved) == cls(low=10, high=20)
    with pytest.raises(InvariantException, match="low above high"):
        whole.transform([*path, "low"], 10, [*path, "high"], 5)
    with pytest.raises(InvariantException, match="low above high"):
        whole.transform([*path, "low"], 10)


def test_vectors_have_insert() -> None:
    numbers = pvector(range(1000))
    assert numbers.insert(500, "x").delete(500) == numbers
    assert v(1).insert(99, 2).insert(-1, 3) == [1, 3, 2]
    assert type(Numbers([1]).insert(0, 2)) is Numbers
    with pytest.raises(TypeError):
        Numbers([1]).insert(0, "x")


def test_versions_compare_without_looking_at_what_they_share() -> None:
    class Counted:
        compared = 0

        def __eq__(self, other: object) -> bool:
            Counted.compared += 1
            return self is other

        def __hash__(self) -> int:
            return id(self)

    things = [Counted() for _ in range(5000)]
    vector, map_ = pvector(things), pmap({i: thing for i, thing in enumerate(things)})
    assert vector.set(7, None).set(7, things[7]) == vector
    assert map_.set(7, None).set(7, things[7]) == map_
    assert vector.set(7, things[8]) != vector
    assert Counted.compared < 5


def test_an_ordered_map_keeps_its_order_at_any_size() -> None:
    ordered = OrderedPMap((i * 7 % 1000, i) for i in range(1000))
    for i in range(0, 1000, 3):
        ordered = ordered.remove(i * 7 % 1000)
    left = [i * 7 % 1000 for i in range(1000) if i % 3]
    assert list(ordered) == left
    assert list((ordered | {left[5]: "new", "last": 1}).items())[5] == (left[5], "new")
    assert ordered == dict(ordered.items()) == OrderedPMap(ordered)
    assert hash(ordered) == hash(pmap(ordered))
    assert ordered.discard("none") is ordered
    assert ordered.update({left[0]: ordered[left[0]]}) is ordered
    with pytest.raises(KeyError):
        ordered.remove("none")


def test_sharing_survives_where_the_peer_copies() -> None:
    map_ = pmap({"a": v(1)})
    assert pmap(map_) is map_
    assert pset(s(1)) == s(1)
    assert map_.evolver().set("a", map_["a"]).persistent() is map_
