"""Floors find what has become slower, and what is not measured any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.harness.doors import DROPIN
from benchmarks.harness.figures import Measured
from benchmarks.harness.floors import (
    breaches,
    floors_of,
    read_floors,
    unguarded,
    write_floors,
)
from benchmarks.harness.results import Results

Make = Callable[..., Measured]


def test_a_row_below_its_floor_is_named_with_both_figures(measured: Make) -> None:
    (breach,) = breaches({DROPIN: {"calls": 20.0}}, [measured("calls", 12.0)])
    assert str(breach).startswith("calls (drop-in): 12.0x, its floor is 20.0x; find what")


def test_the_worst_variant_decides(measured: Make) -> None:
    cases = [measured("calls", 50.0), measured("calls", 12.0, "method")]
    assert [b.reached for b in breaches({DROPIN: {"calls": 20.0}}, cases)] == [
        measured("calls", 12.0).figures[DROPIN].ratio.median  # type: ignore[union-attr]
    ]


def test_a_row_at_its_floor_is_no_breach(measured: Make) -> None:
    assert breaches({DROPIN: {"calls": 19.9}}, [measured("calls", 20.0)]) == []


def test_a_row_that_is_gone_is_a_breach(measured: Make) -> None:
    (breach,) = breaches({DROPIN: {"gone": 2.0}}, [measured("calls", 20.0)])
    assert breach.reached is None
    assert "was not measured" in str(breach)


def test_a_row_without_a_floor_is_named(measured: Make) -> None:
    cases = [measured("calls", 20.0), measured("blocks", 3.0)]
    assert unguarded({DROPIN: {"calls": 2.0}}, cases) == ["blocks (drop-in)"]


def test_floors_are_65_percent_of_the_worst_variant_and_survive_the_file(
    measured: Make, tmp_path: Path
) -> None:
    cases = (measured('a "row", quoted', 40.0), measured('a "row", quoted', 20.0, "method"))
    path = tmp_path / "floors.toml"
    write_floors({"retry": floors_of(Results("retry", "2026-01-01", {}, cases))}, path)
    assert read_floors("retry", path) == {DROPIN: {'a "row", quoted': 13.0}}
    assert read_floors("cache", path) == {}
