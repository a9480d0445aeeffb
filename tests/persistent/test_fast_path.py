"""The shapes of the benchmarks go the native way: no Python function is entered."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from mainstay.persistent import PClass, PRecord, field, freeze, inc, ny, pmap, pset, pvector, thaw


class Point(PClass):
    x = field(type=int)
    name = field(type=str, mandatory=True)


class Settings(PRecord):
    x = field(type=int)
    name = field(type=str, mandatory=True)


def frames(action: Callable[[], Any]) -> list[str]:
    """The Python functions that run meanwhile, but for the action itself."""
    entered: list[str] = []

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            entered.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return entered[1:]


def test_collections_are_changed_natively() -> None:
    map_, vector, set_ = pmap({i: i for i in range(100)}), pvector(range(100)), pset(range(100))

    def program() -> None:
        evolver = map_.set(1, 2).remove(3).update({1: 1}, map_).evolver()
        evolver[5] = 1
        assert evolver.persistent() == {**map_, 5: 1}
        assert vector.append(1).set(0, 1)[5:50] + vector != vector.delete(5)
        assert 5 in set_.add(500).discard(1).update([7])

    assert frames(program) == []


def test_objects_and_structures_are_made_natively() -> None:
    document = {"articles": [{"id": i, "tags": ["a", {"b": (1, {2})}]} for i in range(5)]}

    def program() -> None:
        Point(x=1, name="a").set(x=2)
        Settings(x=1, name="a").set(x=2).set("x", 3)
        frozen = freeze(document)
        assert thaw(frozen) == document
        frozen.transform(["articles", ny, "id"], 7, ["articles", 0, "id"], 8)

    assert frames(program) == []
    assert frames(lambda: freeze(document).transform(["articles", ny, "id"], inc)) == ["inc"] * 5
