"""The page, the picture and the results file say what was measured, and only that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.harness import page, results, text
from benchmarks.harness.doors import DROPIN
from benchmarks.harness.figures import Measured
from benchmarks.harness.floors import COLUMNS, read_floors
from benchmarks.harness.plot import Bar, svg
from benchmarks.harness.results import Results
from benchmarks.harness.targets import Target, capabilities, read_targets
from benchmarks.harness.verdicts import judge

from .conftest import ROOT

Make = Callable[..., Measured]


@pytest.mark.parametrize(
    ("nanoseconds", "said"),
    [
        (0.4, "0.40 ns"),
        (152.3, "152 ns"),
        (999.7, "1.00 us"),
        (12_940.0, "12.9 us"),
        (7.5e7, "75.0 ms"),
    ],
)
def test_times_have_three_digits_and_a_unit(nanoseconds: float, said: str) -> None:
    assert text.duration(nanoseconds) == said


@pytest.mark.parametrize(("value", "said"), [(0.941, "0.94x"), (48.21, "48.2x"), (120.4, "120x")])
def test_ratios_have_three_digits(value: float, said: str) -> None:
    assert text.ratio(value) == said


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(81.0, "goal reached"), (50.5, "reached"), (49.5, "not yet"), (0.9, "**below 1x**")],
)
def test_a_verdict_is_not_rounded_in_our_favour(measured: Make, ratio: float, words: str) -> None:
    target = Target("calls", ("calls",), at_least=50, goal=80, note="")
    (verdict,) = judge([target], [measured("calls", ratio)])
    assert verdict.words == words


def test_a_target_with_a_row_missing_is_not_measured(measured: Make) -> None:
    target = Target("calls", ("calls", "gone"), at_least=50, goal=None, note="")
    (verdict,) = judge([target], [measured("calls", 60.0)])
    assert verdict.words == "not measured"


def test_results_survive_the_file(measured: Make, tmp_path: Path) -> None:
    cases = (measured("calls", 40.0), measured("calls", 20.0, "method"))
    run = Results("retry", "2026-01-02", {"python": "CPython 3.11"}, cases)
    results.write(run, results.path_of(run, tmp_path))
    results.write(Results("retry", "2026-01-01", {}, ()), tmp_path / "2026-01-01-retry.json")
    assert results.newest("retry", tmp_path) == run
    assert results.newest("cache", tmp_path) is None


def test_the_picture_is_xml_and_shows_every_row_also_below_1x() -> None:
    bars = [
        Bar("fast & <good>", {DROPIN: (50.0, 40.0)}, 30.0),
        Bar("slow", {DROPIN: (0.2, 0.1)}, None),
    ]
    root = ElementTree.fromstring(svg("ratios", bars))
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"fast & <good>", "slow", "50.0x", "0.20x"} <= set(said)


@pytest.mark.parametrize("noun", capabilities())
def test_the_page_shows_the_newest_results_and_every_target(noun: str) -> None:
    newest, targets = results.newest(noun), read_targets(noun)
    assert newest is not None, f"no results of {noun} in benchmarks/results; run make bench"
    docs = ROOT / "docs"
    rendered = (docs / "benchmarks.md").read_text(encoding="utf-8")
    assert rendered == page.render(page.newest_runs())
    for target in targets.targets:
        assert f"| {target.operation} |" in rendered
    picture = (docs / "benchmarks" / f"{noun}.svg").read_text(encoding="utf-8")
    assert picture == page.picture(newest, targets)


@pytest.mark.parametrize("noun", capabilities())
def test_every_measured_row_has_a_floor(noun: str) -> None:
    newest, floors = results.newest(noun), read_floors(noun)
    assert newest is not None
    for column in COLUMNS:
        wanted = {
            one.row
            for one in newest.measured
            if (figure := one.figures.get(column)) and figure.ratio
        }
        assert wanted == set(floors[column])
