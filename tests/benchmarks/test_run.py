"""The benchmarks run: each file once, with one call per case and no figure looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.harness import results
from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, PEER, STRICT, Door
from benchmarks.harness.measure import EFFORTS
from benchmarks.harness.paths import complaint, way_taken
from benchmarks.harness.run import run
from benchmarks.harness.shapes import in_each_shape, shaped
from benchmarks.harness.targets import BENCHMARKS

from ..fresh import variables
from .conftest import ROOT

FILES = sorted(path.relative_to(BENCHMARKS) for path in BENCHMARKS.glob("*/bench_*.py"))


@pytest.mark.parametrize("file", FILES, ids=str)
def test_it_measures_every_case_on_peer_and_dropin(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    task = file.stem.removeprefix("bench_")
    command = [sys.executable, "-m", "benchmarks", file.parent.name, "--task", task]
    command += ["--effort", "smoke", "--out", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, env=variables()
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    for one in results.read(out).measured:
        assert {PEER, DROPIN} <= set(one.figures), one


def test_every_shape_is_called_as_often_as_asked() -> None:
    calls: list[str] = []
    for shape, loop in in_each_shape(shaped(lambda: calls.append("called")), lambda f: f):
        calls.clear()
        loop(3)
        assert calls == ["called"] * 3, shape


def test_loops_of_two_doors_share_no_code() -> None:
    first, second = (dict(in_each_shape(shaped(int), lambda f: f)) for _ in range(2))
    for shape in first:
        assert first[shape].__code__ is not second[shape].__code__


def test_expected_errors_are_dropped_and_others_are_not() -> None:
    def fail() -> None:
        raise ConnectionError

    for _, loop in in_each_shape(shaped(fail), lambda f: f, (ConnectionError,)):
        loop(2)
    for _, loop in in_each_shape(shaped(fail), lambda f: f, (KeyError,)):
        with pytest.raises(ConnectionError):
            loop(1)


def test_a_case_that_goes_another_way_than_meant_is_complained_of() -> None:
    counts = {"native": 0, "a hook is set": 0}

    def loop(n: int) -> None:
        counts["a hook is set"] += n

    case = Case("calls", "method", loop, path="native")
    taken = way_taken(case, lambda: dict(counts))
    assert taken == "a hook is set"
    text = complaint(case, DROPIN, taken)
    assert text is not None
    assert text.startswith("calls (method) on drop-in went the way 'a hook is set' and was meant")


def test_the_way_meant_and_no_way_meant_are_not_complained_of() -> None:
    case = Case("calls", "method", lambda n: None, path="native")
    assert complaint(case, DROPIN, "native") is None
    assert complaint(Case("calls", "method", lambda n: None), DROPIN, "a hook is set") is None


def test_a_case_without_a_rival_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench_odd.py"
    file.write_text(
        "from benchmarks.harness.case import Case\n"
        "def cases(door):\n"
        "    if door.name == 'strict':\n"
        "        yield Case('only here', 'x', lambda n: None)\n"
    )
    doors = [Door(PEER, None), Door(STRICT, None)]
    with pytest.raises(ValueError, match="a number needs a rival"):
        run([file], doors, EFFORTS["smoke"], None)


def test_columns_of_a_case_are_found_by_row_and_variant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench_even.py"
    file.write_text(
        "from benchmarks.harness.case import Case\n"
        "def cases(door):\n"
        "    yield Case('row', 'one', lambda n: None)\n"
        "    if door.name != 'strict':\n"
        "        yield Case('row', 'two', lambda n: None)\n"
        "def by_hand():\n"
        "    yield Case('row', 'two', lambda n: None)\n"
    )
    doors = [Door(name, None) for name in (PEER, DROPIN, STRICT)]
    done = run([file], doors, EFFORTS["smoke"], None)
    assert [list(one.figures) for one in done.measured] == [
        [PEER, DROPIN, STRICT],
        [PEER, DROPIN, "by hand"],
    ]
    assert "row" in capsys.readouterr().out
