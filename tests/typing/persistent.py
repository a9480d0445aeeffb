"""A user's program, for the type checkers: what collections know of their contents.

Checked by strict mypy and by basedpyright; runs as well (`python tests/typing/persistent.py`). A
remark `type: ignore` marks a line that must be an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainstay.persistent import (
    CheckedPVector,
    OrderedPMap,
    PClass,
    PDeque,
    PList,
    PMap,
    PRecord,
    PSet,
    PVector,
    dq,
    field,
    l,
    m,
    pmap,
    pset,
    pvector,
    s,
    v,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Point(PClass):
    x = field(type=int, mandatory=True)
    label = field(type=str, initial="")


class Settings(PRecord):
    depth = field(type=int, initial=1)


class Names(CheckedPVector[str]):
    __type__ = str


def maps() -> None:
    ages: PMap[str, int] = pmap({"ann": 31})
    older: PMap[str, int] = ages.set("bob", 42).update({"cy": 1}, m(dee=2)) + m(eve=3)
    mixed: PMap[str, int | str] = ages.set("ann", "31")
    wrong: PMap[str, int] = ages.set("ann", "31")  # type: ignore
    view: Mapping[str, int] = older
    total: int = sum(view.values()) + older["ann"]
    missing: int | None = older.get("none")
    names: PSet[str] = older.keys()
    evolver = older.evolver()
    evolver["x"] = 5
    evolver["x"] = "5"  # type: ignore
    again: PMap[str, int] = evolver.persistent()
    print(mixed, wrong, total, missing, names, again)


def sequences() -> None:
    numbers: PVector[int] = pvector(range(5))
    part: PVector[int] = numbers[1:3]
    first: int = part[0]
    more: Sequence[int] = numbers.append(5).set(0, 1).insert(2, 7) + [1, 2]
    mixed: PVector[int | str] = v(1).append("x")
    linked: PList[int] = l(1, 2)
    queue: PDeque[int] = dq(1, 2)
    unique: PSet[int] = pset(numbers) | s(9)
    wide: PVector[object] = numbers
    print(first, more, mixed, linked, queue, unique, wide, Names(["a"]))


def objects() -> None:
    point = Point(x=1)
    moved: Point = point.set(x=2)
    x: int = moved.x
    text: str = moved.label
    settings: Settings = Settings(depth=3).set("depth", 4)
    ordered: OrderedPMap[str, int] = OrderedPMap({"z": 1}).set("a", 2)
    print(x, text, settings, list(ordered))


if __name__ == "__main__":
    sequences()
    objects()
