"""Keys whose `__hash__` and `__eq__` raise, or use the collection they are looked up in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mainstay.persistent import PMap, freeze, m, pmap, pset, pvector, s, v


class Key:
    """A key whose comparison does something else first. All have one hash."""

    def __init__(self, name: str, when_compared: Callable[[], Any] = lambda: None) -> None:
        self.name = name
        self.when_compared = when_compared

    def __hash__(self) -> int:
        return 1007

    def __eq__(self, other: object) -> bool:
        self.when_compared()
        return isinstance(other, Key) and self.name == other.name


def oops() -> None:
    raise LookupError("no comparison today")


@pytest.mark.parametrize("size", [3, 30])
def test_a_comparison_that_raises_leaves_everything_as_it_was(size: int) -> None:
    broken = Key("broken", oops)
    map_ = pmap({**{i: i for i in range(size)}, broken: 1})
    evolver = map_.evolver()
    evolver[0] = "changed"
    for action in (
        lambda: map_[Key("x")],
        lambda: Key("x") in map_,
        lambda: map_.set(Key("x"), 1),
        lambda: map_.remove(Key("x")),
        lambda: map_.update({Key("x"): 1}),
        lambda: map_ == pmap({**{i: i for i in range(size)}, Key("x"): 1}),
        lambda: evolver.set(Key("x"), 1),
        lambda: evolver.remove(Key("x")),
        lambda: pset(map_).add(Key("x")),
        lambda: v(broken).index(Key("x")),
    ):
        with pytest.raises(LookupError):
            action()
    assert len(map_) == size + 1
    assert evolver.persistent() == {**map_.discard(0), 0: "changed"}


def test_keys_that_cannot_be_hashed_are_refused_and_change_nothing() -> None:
    map_ = m(a=1)
    evolver = map_.evolver()
    for action in (lambda: map_.set([], 1), lambda: map_[{}], lambda: evolver.set([], 1)):
        with pytest.raises(TypeError):
            action()
    assert evolver.persistent() is map_


@pytest.mark.parametrize("size", [3, 100])
def test_what_a_comparison_writes_into_the_evolver_is_never_lost(size: int) -> None:
    evolver = pmap({i: i for i in range(size)}).evolver()
    written: list[str] = []

    def write() -> None:
        if len(written) < 20:
            written.append(f"written {len(written)}")
            evolver[written[-1]] = True

    evolver[Key("old", write)] = 1
    evolver[Key("old")] = 2
    evolver[Key("new")] = 3
    result = evolver.persistent()
    assert all(result[name] for name in written)
    assert result[Key("old")] == 2
    assert result[Key("new")] == 3
    assert len(result) == size + 2 + len(written)


def test_a_comparison_may_remove_the_entry_it_compares() -> None:
    evolver = pmap({i: i for i in range(100)}).evolver()
    victim = Key("victim")
    evolver[victim] = 1
    waiting = [victim]

    def remove() -> None:
        if waiting:
            evolver.remove(waiting.pop())

    assert evolver.set(Key("victim", remove), 2).persistent()[Key("victim")] == 2


def test_an_evolver_that_every_comparison_changes_is_refused() -> None:
    evolver = pmap({i: i for i in range(100)}).evolver()
    count = iter(range(100_000))
    evolver[Key("old", lambda: evolver.set(f"text {next(count)}", 1))] = 1
    with pytest.raises(RuntimeError, match="100 comparisons"):
        evolver.set(Key("new"), 1)


def test_a_comparison_may_take_the_persistent_map_meanwhile() -> None:
    evolver = pmap({i: i for i in range(100)}).evolver()
    taken: list[PMap[Any, Any]] = []
    evolver[Key("old", lambda: taken.append(evolver.persistent()))] = 1
    before = len(taken)
    evolver[Key("old")] = 2
    assert taken[before][Key("old")] == 1
    assert evolver.persistent()[Key("old")] == 2


def test_a_dict_that_changes_while_it_is_read_is_refused() -> None:
    source: dict[Any, int] = {i: i for i in range(30)}
    source[Key("a")] = 1

    class Growing:
        def __hash__(self) -> int:
            if len(source) < 60:
                source[len(source) * 1000] = 1
            return 1007

    source[Growing()] = 1
    with pytest.raises(RuntimeError, match="changed size"):
        pmap(source)


def _delete_slice(evolver: Any) -> None:
    del evolver[1:30:2]


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("thresholds")
@pytest.mark.parametrize(
    ("new", "write", "act"),
    [
        (pvector, "append", lambda evolver: evolver.persistent()),
        (pvector, "append", lambda evolver: evolver.extend([1, 2])),
        (pvector, "append", lambda evolver: evolver.delete(3)),
        (pvector, "append", _delete_slice),
        (pset, "add", lambda evolver: evolver.persistent()),
        (pset, "add", lambda evolver: evolver.remove(7)),
        (dict.fromkeys, "set", lambda evolver: evolver.persistent()),
        (dict.fromkeys, "set", lambda evolver: evolver.set("more", 1)),
    ],
)
def test_what_a_finalizer_writes_into_the_evolver_is_never_lost(
    new: Any, write: str, act: Callable[[Any], Any]
) -> None:
    class Finalized:
        def __del__(self) -> None:
            getattr(evolver, write)("written", *[None] * (write == "set"))
            written.append(True)

    for allocations in range(1, 40):
        written: list[bool] = []
        evolver = freeze(new(range(100))) if write == "set" else new(range(100))
        evolver = evolver.evolver()
        getattr(evolver, write)("first", *[None] * (write == "set"))
        gc.collect()
        garbage: Any = Finalized()
        garbage.itself = garbage
        # In releases that collect within allocations: in one of those of the operation.
        gc.set_threshold(allocations, 1000, 1000)
        del garbage
        given = act(evolver)
        gc.set_threshold(0)
        gc.collect()
        assert written
        assert "written" in evolver.persistent()
        assert given is None or given is evolver or len(list(given)) == len(given)


def test_a_missing_attribute_has_the_missing_key_as_cause_and_context() -> None:
    try:
        raise ValueError
    except ValueError:
        with pytest.raises(AttributeError) as caught:
            _ = m().x
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.__context__ is caught.value.__cause__


def test_sets_keep_the_element_that_was_there_first() -> None:
    first, second = 1, True
    assert [type(x) for x in s(first).add(second)] == [int]
    assert [type(x) for x in s(first).evolver().add(second).persistent()] == [int]
