"""Rounds take turns, and what is around a loop is not timed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from benchmarks.harness.case import Case, Clock, Loop
from benchmarks.harness.figures import figures, spread
from benchmarks.harness.measure import (
    LEAST_SECONDS,
    Column,
    Effort,
    calls_per_round,
    measure,
)


class Bench:
    """A clock that stands still unless a loop is run, and a log of which loops were."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[str] = []

    def clock(self) -> float:
        return self.now

    def loop(self, name: str, seconds: float) -> Loop:
        def run(n: int) -> None:
            self.log.append(name)
            self.now += n * seconds

        return run


def column(loop: Loop, **more: object) -> Column:
    return Column(Case("row", "variant", loop, **more), nullcontext)  # type: ignore[arg-type]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_implementation_runs_once_per_round_and_another_begins_each_time(
    bench: Bench,
) -> None:
    columns = {name: column(bench.loop(name, 1.0), slow=True) for name in ("a", "b", "c")}
    measure(columns, Effort(rounds=9, seconds=1.0, slow_rounds=3), bench.clock)
    assert bench.log == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]


def test_samples_are_seconds_per_operation(bench: Bench) -> None:
    columns = {"a": column(bench.loop("a", 0.001)), "b": column(bench.loop("b", 0.25))}
    samples = measure(columns, Effort(rounds=2, seconds=0.5, slow_rounds=1), bench.clock)
    assert samples == {"a": pytest.approx([0.001] * 2), "b": pytest.approx([0.25] * 2)}


@pytest.mark.parametrize(("each", "wanted"), [(0.5, 2), (0.001, 1000), (7.0, 1)])
def test_a_round_has_as_many_calls_as_fill_its_time(bench: Bench, each: float, wanted: int) -> None:
    clock: Clock = bench.clock
    assert calls_per_round(bench.loop("a", each), 1.0, clock) == wanted


def test_a_clock_that_stands_still_does_not_hang_the_calibration(bench: Bench) -> None:
    assert calls_per_round(bench.loop("a", 0.0), 1.0, bench.clock) == 10_000_000


def test_what_is_around_a_loop_is_entered_each_round_and_not_timed(bench: Bench) -> None:
    @contextmanager
    def around() -> Iterator[None]:
        bench.now += 100.0
        yield
        bench.now += 100.0

    columns = {"a": column(bench.loop("a", 2.0), around=around, slow=True)}
    samples = measure(columns, Effort(1, 1.0, slow_rounds=2), bench.clock)
    assert samples == {"a": [2.0, 2.0]}
    assert bench.now == 404.0


def test_a_baseline_is_subtracted_and_never_leaves_less_than_nothing(bench: Bench) -> None:
    columns = {
        "a": column(bench.loop("a", 5.0), baseline=bench.loop("base", 3.0), slow=True),
        "b": column(bench.loop("b", 1.0), baseline=bench.loop("base", 3.0), slow=True),
    }
    samples = measure(columns, Effort(1, 1.0, slow_rounds=1), bench.clock)
    assert samples == {"a": [2.0], "b": [LEAST_SECONDS]}


def test_a_case_may_bring_a_clock_of_its_own(bench: Bench) -> None:
    columns = {"a": column(bench.loop("a", 2.0), slow=True, clock=bench.clock)}
    assert measure(columns, Effort(1, 1.0, slow_rounds=1)) == {"a": [2.0]}


def test_a_ratio_is_taken_within_a_round() -> None:
    # The machine is ten times slower in the second round; the ratio does not notice.
    found = figures({"peer": [1.0, 10.0, 1.0], "drop-in": [0.5, 5.0, 0.5]})
    ratio = found["drop-in"].ratio
    assert ratio is not None
    assert (ratio.low, ratio.median, ratio.high) == (2.0, 2.0, 2.0)
    assert found["peer"].ratio is None


def test_the_spread_is_the_quartiles() -> None:
    found = spread([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)
