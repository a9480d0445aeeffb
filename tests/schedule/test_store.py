"""Jobs that outlive the process: what the journal keeps, and what it refuses."""

from __future__ import annotations

import fcntl
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from mainstay.schedule import Job, ScheduleError, Scheduler, ScheduleValueError, Store

from .conftest import Clock


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of functions, importable by a plain name."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    yield importlib.import_module("kept")
    del sys.modules["kept"]


Open = Callable[..., Scheduler]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the store again, as another process would after this one has ended."""
    stores: list[Store] = []

    def open_again(**options: Any) -> Scheduler:
        while stores:
            stores.pop().close()
        stores.append(Store(tmp_path / "jobs", **options))
        return Scheduler(store=stores[0], on_error="log")

    yield open_again
    while stores:
        stores.pop().close()


def store_of(scheduler: Scheduler) -> Store:
    assert scheduler._store is not None
    return scheduler._store


def test_a_job_goes_on_where_it_was(opened: Open, kept: ModuleType, clock: Clock) -> None:
    def describe(scheduler: Scheduler) -> Job:
        return scheduler.every(10, name="poll").minutes.do(kept.note, 1, key="x")

    scheduler = opened()
    describe(scheduler)
    clock.move(600)
    scheduler.run_pending()
    clock.move(60)
    again = opened()
    job = describe(again)
    assert again.idle_seconds == 540
    assert job.last_run == datetime.now() - timedelta(seconds=60)
    assert job.last_result == {"args": [1]}


def test_a_job_in_other_words_begins_anew(opened: Open, kept: ModuleType, clock: Clock) -> None:
    opened().every(10, name="poll").minutes.do(kept.note)
    clock.move(60)
    again = opened()
    again.every(20, name="poll").minutes.do(kept.note)
    assert again.idle_seconds == 1200


def test_a_job_with_a_deadline_that_counts_from_now_goes_on_where_it_was(
    opened: Open, kept: ModuleType, clock: Clock
) -> None:
    for idle in (600, 540):
        scheduler = opened()
        scheduler.every(10, name="poll").minutes.until(timedelta(days=1)).do(kept.note)
        assert scheduler.idle_seconds == idle
        clock.move(60)


def test_what_is_said_after_do_is_kept(opened: Open, kept: ModuleType, clock: Clock) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.note).tag("x", 3).until("2024-07-01")
    again = opened()
    (job,) = store_of(again).restore(again)
    assert (job.tags, job.cancel_after) == ({"x", 3}, datetime(2024, 7, 1))
    with pytest.raises(ScheduleValueError, match="arguments and tags"):
        job.tag((1, 2))


def test_a_job_without_drift_stays_on_its_grid_when_a_late_run_was_cut_off(
    opened: Open, kept: ModuleType, clock: Clock
) -> None:
    scheduler = opened(promise="at most once")
    job = scheduler.every(10, name="a", drift=False).minutes.do(kept.note)
    job.job_func = kept.cut_off  # type: ignore[assignment]
    clock.move(630)
    with pytest.raises(SystemExit):
        scheduler.run_pending()
    again = opened(promise="at most once")
    again.every(10, name="a", drift=False).minutes.do(kept.note)
    assert again.idle_seconds == 570


def test_missed_runs_are_dealt_with_after_a_restart(
    opened: Open, kept: ModuleType, clock: Clock
) -> None:
    for name, misfire in (("skip", "skip"), ("once", "once"), ("all", 10)):
        opened().every(name=name, misfire=misfire, drift=False).minute.do(kept.note, name)
    clock.move(200)
    scheduler = opened()
    store_of(scheduler).restore(scheduler)
    scheduler.run_pending()
    ran = [args[0] for args, _ in kept.calls]
    assert (ran.count("skip"), ran.count("once"), ran.count("all")) == (0, 1, 3)
    kept.calls.clear()


@pytest.mark.parametrize("described", [True, False])
def test_a_date_that_was_missed_is_made_up_for_and_ends_the_job(
    opened: Open, kept: ModuleType, clock: Clock, described: bool
) -> None:
    def describe(scheduler: Scheduler) -> Job:
        dated = scheduler.every(name="a", zone="UTC").day.at("13:00").on("2024-06-28")
        return dated.do(kept.note, described)

    describe(opened())
    clock.move(3 * 86400)
    scheduler = opened()
    (job,) = [describe(scheduler)] if described else store_of(scheduler).restore(scheduler)
    scheduler.run_pending()
    assert job.due == datetime(2024, 6, 28, 13, tzinfo=ZoneInfo("UTC"))
    assert kept.calls.pop() == ((described,), {})
    assert (scheduler.jobs, store_of(scheduler).names()) == ([], [])
    with pytest.raises(ScheduleValueError, match="never run"):
        describe(scheduler)


def test_a_last_run_that_was_cut_off_and_is_not_to_be_repeated_is_dropped(
    opened: Open, kept: ModuleType, clock: Clock
) -> None:
    scheduler = opened(promise="at most once")
    dated = scheduler.every(name="a", zone="UTC").day.at("13:00").on("2024-06-28")
    dated.do(kept.note).job_func = kept.cut_off  # type: ignore[assignment]
    clock.move(3600)
    with pytest.raises(SystemExit):
        scheduler.run_pending()
    again = opened(promise="at most once")
    assert store_of(again).restore(again) == store_of(again).names() == []


def test_jobs_are_made_again_from_the_file(opened: Open, kept: ModuleType, clock: Clock) -> None:
    def words(jobs: list[Job]) -> list[Any]:
        # Of random intervals only the next run is certain.
        return [(repr(job), job.tags, job.next_runs(1), job._drift) for job in jobs]

    scheduler = opened()
    scheduler.every(name="a", timeout=5).monday.at("10:30", "Europe/Berlin").do(
        kept.note, [1, None]
    )
    scheduler.every(3, name="b", drift=False).to(5).hours.tag("x", "y").do(kept.fail)
    scheduler.cron("0 9 1 * *", name="c", misfire=3).until("2030-01-01").do(kept.note)
    scheduler.every(5, name="d").minutes.on("mon-fri", -1).between("08:00", "18:00").do(kept.note)
    scheduler.every().day.do(kept.note, "has no name, and is not kept")
    before = words(scheduler.jobs[:4])
    again = opened()
    made = store_of(again).restore(again)
    assert again.jobs == made
    assert words(made) == before
    assert store_of(again).restore(again) == []


def test_a_job_that_was_cancelled_is_not_kept(opened: Open, kept: ModuleType, clock: Clock) -> None:
    scheduler = opened()
    for name in ("a", "b", "c", "d"):
        scheduler.every(name=name).minute.tag(name).do(kept.note)
    scheduler.cancel_job(scheduler.jobs[0])
    scheduler.clear("b")
    store_of(scheduler).drop("c")
    assert store_of(opened()).names() == ["d"]


def test_errors_and_results_are_kept(opened: Open, kept: ModuleType, clock: Clock) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.fail)
    clock.move(60)
    scheduler.run_pending()
    record = store_of(opened())._records["a"]
    assert (record["error"], record["result"]) == ("ConnectionError('no answer')", None)


@pytest.mark.parametrize(("promise", "runs"), [("at least once", 2), ("at most once", 1)])
def test_what_a_run_that_was_cut_off_comes_to(
    opened: Open, kept: ModuleType, clock: Clock, promise: str, runs: int
) -> None:
    def cut_off() -> None:
        kept.note()
        raise SystemExit  # nothing is noted after this

    scheduler = opened(promise=promise)
    job = scheduler.every(name="a").hour.do(kept.note)
    job.job_func = cut_off  # type: ignore[assignment]
    clock.move(3600)
    with pytest.raises(SystemExit):
        scheduler.run_pending()
    again = opened(promise=promise)
    again.every(name="a").hour.do(kept.note)
    again.run_pending()
    assert len(kept.calls) == runs
    kept.calls.clear()


def test_the_journal_is_written_anew_when_it_has_grown(
    opened: Open, kept: ModuleType, clock: Clock, tmp_path: Path
) -> None:
    scheduler = opened(sync=False)
    scheduler.every(name="a").second.do(kept.note)
    for _ in range(1500):
        clock.move(1)
        scheduler.run_pending()
    lines = (tmp_path / "jobs").read_bytes().count(b"\n")
    assert lines < 600
    assert [path.name for path in tmp_path.iterdir()] == ["jobs"]
    again = opened()
    again.every(name="a").second.do(kept.note)
    assert again.idle_seconds == 1
    kept.calls.clear()


def test_a_torn_line_did_not_happen_wherever_it_was_torn(
    opened: Open, kept: ModuleType, clock: Clock, tmp_path: Path
) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.note)
    scheduler.every(name="b").minute.do(kept.note)
    store_of(scheduler).close()
    path = tmp_path / "jobs"
    whole = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        store = Store(path)
        assert len(store.names()) == sum(end <= size for end in ends[1:])
        store.close()


def test_a_damaged_or_foreign_file_is_refused_and_left_alone(
    opened: Open, kept: ModuleType, tmp_path: Path
) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.note)
    scheduler.every(name="b").minute.do(kept.note)
    store_of(scheduler).close()
    path = tmp_path / "jobs"
    whole = path.read_bytes()
    for text, match in ((whole.replace(b'"a"', b'"x"', 1), "line 2"), (b"# notes\n", "no journal")):
        path.write_bytes(text)
        with pytest.raises(ScheduleError, match=match):
            Store(path)
        assert path.read_bytes() == text


def test_one_store_at_a_time_has_the_file(opened: Open, tmp_path: Path) -> None:
    opened()
    with pytest.raises(ScheduleError, match="in use"):
        Store(tmp_path / "jobs")


def test_a_journal_written_anew_while_another_process_opens_it_is_still_in_use(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    flock = fcntl.flock

    def lock_late(file: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        (tmp_path / "jobs").rename(tmp_path / "grown")
        flock(file, operation)

    (tmp_path / "grown").write_bytes(b"")
    monkeypatch.setattr(fcntl, "flock", lock_late)
    with pytest.raises(ScheduleError, match="in use"):
        Store(tmp_path / "grown")


def test_the_folder_of_the_program_may_change(
    kept: ModuleType, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    scheduler = Scheduler(store=Store("jobs", sync=False))
    monkeypatch.chdir("elsewhere")
    scheduler.every(name="a").second.do(kept.note)
    for _ in range(1100):
        clock.move(1)
        scheduler.run_pending()
    store_of(scheduler).close()
    assert list(Path().iterdir()) == []
    kept.calls.clear()


def test_a_forked_child_may_not_write(opened: Open, kept: ModuleType) -> None:
    scheduler = opened()
    store_of(scheduler)._pid = os.getppid()  # as a child would find it
    with pytest.raises(ScheduleError, match="forked"):
        scheduler.every(name="a").minute.do(kept.note)
    assert scheduler.jobs == []


def test_what_cannot_be_kept_is_refused_where_it_is_written(opened: Open, kept: ModuleType) -> None:
    scheduler = opened()
    for function, args in (
        (lambda: 0, ()),
        (kept.note, (object(),)),
        ([].append, (1,)),
        (kept.note, ({1: 2},)),
    ):
        with pytest.raises(ScheduleValueError, match="a kept job"):
            scheduler.every(name="a").minute.do(function, *args)
    scheduler.every(name="a").minute.do(kept.note)
    with pytest.raises(ScheduleError, match="named 'a' already"):
        scheduler.every(name="a").hour.do(kept.note)
    assert len(scheduler.jobs) == 1
    with pytest.raises(ScheduleValueError, match="promise is"):
        Store("x", promise="always")  # type: ignore[arg-type]


def test_a_function_that_is_gone_is_named_and_its_job_stays_kept(
    opened: Open, kept: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.note)
    scheduler.every(name="b").minute.do(kept.fail)
    again = opened()
    monkeypatch.delattr(kept, "note")
    with pytest.raises(ScheduleError, match=r"a: .*'note'"):
        store_of(again).restore(again)
    assert [job._options and job._options.name for job in again.jobs] == ["b"]
    assert store_of(again).names() == ["a", "b"]


def test_a_full_disk_loses_nothing_that_was_noted(
    opened: Open, kept: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scheduler = opened()
    scheduler.every(name="a").minute.do(kept.note)
    size = (tmp_path / "jobs").stat().st_size
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:10]))
    clock.move(60)
    with pytest.raises(OSError, match="no space left"):
        scheduler.run_pending()
    monkeypatch.undo()
    assert (tmp_path / "jobs").stat().st_size == size
    kept.calls.clear()
