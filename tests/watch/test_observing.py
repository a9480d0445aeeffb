"""What an observer promises beyond the peer: it lives on, hears everything, says what was lost."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from mainstay.watch import _network
from mainstay.watch.events import (
    DirCreatedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
    OverflowEvent,
    PatternMatchingEventHandler,
)
from mainstay.watch.observers import Observer
from mainstay.watch.observers.inotify import InotifyObserver
from mainstay.watch.observers.polling import PollingEmitter, PollingObserver
from mainstay.watch.utils.event_debouncer import EventDebouncer

from .collector import LONG, Collector
from .storms import Mirror, on_disk


@pytest.mark.parametrize("kind", [Observer, PollingObserver])
def test_an_exception_in_a_handler_is_counted_and_the_observer_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: type[Observer]
) -> None:
    class Failing(Collector):
        def on_created(self, event: FileSystemEvent) -> None:
            super().on_created(event)
            raise ValueError("no")

    handler = Failing()
    with kind(timeout=0.01) as observer:
        observer.schedule(handler, tmp_path)
        for name in ("a", "b"):
            (tmp_path / name).touch()
            assert handler.next() == FileCreatedEvent(str(tmp_path / name))
    assert observer.handler_errors == 2
    assert "the observer goes on" in caplog.text
    assert "ValueError: no" in caplog.text


def test_a_second_schedule_with_another_filter_silences_nothing(tmp_path: Path) -> None:
    wide, narrow = Collector(), Collector()
    with Observer() as observer:
        observer.schedule(wide, tmp_path, recursive=True)
        second = observer.schedule(
            narrow, tmp_path, recursive=True, event_filter=[FileDeletedEvent]
        )
        (tmp_path / "a").touch()
        (tmp_path / "a").unlink()
        assert narrow.next() == FileDeletedEvent(str(tmp_path / "a"))
        assert wide.next() == FileCreatedEvent(str(tmp_path / "a"))
        assert wide.next() == FileDeletedEvent(str(tmp_path / "a"))
        observer.unschedule(second)
        (tmp_path / "b").touch()
        assert wide.next() == FileCreatedEvent(str(tmp_path / "b"))


def test_a_handler_of_several_watches_of_one_path_is_called_for_each(tmp_path: Path) -> None:
    handler, other = Collector(), Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        observer.schedule(handler, tmp_path, recursive=True)
        observer.schedule(other, tmp_path)
        (tmp_path / "a").touch()
        assert handler.next() == handler.next() == other.next()


def test_a_second_start_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        with pytest.raises(RuntimeError, match="only be started once"):
            observer.start()
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))


def test_what_is_excluded_is_neither_entered_nor_reported(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "deep").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("*.log\n")
    handler = Collector()
    with InotifyObserver() as observer:
        observer.schedule(
            handler, tmp_path, recursive=True, exclude=["node_modules/"], gitignore=True
        )
        assert observer.counters["watches"] == 1
        (tmp_path / "node_modules" / "deep" / "a").touch()
        (tmp_path / "a.log").touch()
        (tmp_path / "last").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "last"))


def test_a_rule_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with Observer() as observer, pytest.raises(ValueError, match="must name something, got ''"):
        observer.schedule(Collector(), tmp_path, exclude=[""])
    with Observer() as observer, pytest.raises(TypeError, match="several rules"):
        observer.schedule(Collector(), tmp_path, exclude="*.log")


def test_polling_leaves_out_what_rules_exclude(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\n")
    handler = Collector()
    with PollingObserver(timeout=0.01) as observer:
        observer.schedule(handler, tmp_path, recursive=True, exclude=["build/"], gitignore=True)
        (tmp_path / "build" / "a").touch()
        (tmp_path / "a.log").touch()
        (tmp_path / "last").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "last"))


def test_a_method_that_is_set_on_a_handler_later_gets_its_events(tmp_path: Path) -> None:
    handler, seen = FileSystemEventHandler(), threading.Event()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        handler.on_created = lambda event: seen.set()  # type: ignore[method-assign]
        (tmp_path / "a").touch()
        assert seen.wait(LONG)


def test_the_kernel_is_asked_for_what_handlers_override(tmp_path: Path) -> None:
    handler = Collector()
    with InotifyObserver() as observer:
        observer.schedule(handler, tmp_path)
        for name in "abc":
            (tmp_path / name).write_text("x")
            assert handler.next() == FileCreatedEvent(str(tmp_path / name))
        assert observer.counters["kernel_events"] == observer.counters["queued_events"] == 3


def test_what_a_callback_for_gathered_events_raises_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    batches: Queue[object] = Queue()

    def take(events: list[FileSystemEvent]) -> None:
        batches.put(events)
        raise OSError("no such program")

    debouncer = EventDebouncer(0.001, take)
    debouncer.start()
    for name in "ab":
        debouncer.handle_event(FileCreatedEvent(name))
        assert batches.get(timeout=LONG) == [FileCreatedEvent(name)]
    debouncer.stop()
    debouncer.join(LONG)
    assert "no such program" in caplog.text


def test_patterns_of_the_old_dialect_match_the_end_of_a_path() -> None:
    events: list[Any] = []
    for match in ("full", "tail"):
        handler = PatternMatchingEventHandler(patterns=["*.py"], match=match)  # type: ignore[arg-type]
        handler.on_any_event = events.append  # type: ignore[method-assign, assignment]
        handler.dispatch(FileCreatedEvent("/src/deep/a.py"))
    assert len(events) == 1


def overflow(observer: InotifyObserver, folder: Path) -> None:
    """Leaves the kernel's queue unread until more has happened than it has room for. To lower its
    room would lower it for every program of the machine."""
    room = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    source = observer._inotify_fd.source
    source.pause(True)
    (folder / "kept").touch()
    for _ in range(room // 2 + 1):
        os.close(os.open(folder / "f", os.O_CREAT | os.O_WRONLY))
        os.unlink(folder / "f")


def test_lost_events_are_reported_and_made_up_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Both(Mirror):
        last: FileSystemEvent

        def on_any_event(self, event: FileSystemEvent) -> None:
            super().on_any_event(event)
            self.last = event

    for name in ("gone/deep", "moved/deep"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "moved" / "deep" / "file").touch()
    mirror = Both(str(tmp_path))
    mirror.paths = on_disk(str(tmp_path))
    with InotifyObserver() as observer:
        observer.schedule(mirror, tmp_path, recursive=True)
        overflow(observer, tmp_path)
        shutil.rmtree(tmp_path / "gone")
        (tmp_path / "moved").rename(tmp_path / "new")
        (tmp_path / "new" / "more" / "deep").mkdir(parents=True)
        (tmp_path / "missed").touch()
        observer._inotify_fd.source.pause(False)
        assert mirror.becomes(str(tmp_path / "new" / "more" / "deep" / "sentinel"))
        assert observer.counters["overflows"] == observer.counters["rescans"] == 1
    assert mirror.overflows == 1
    assert "Inotify queue overflowed" in caplog.text


def test_what_is_made_up_for_is_marked_as_synthetic(tmp_path: Path) -> None:
    handler = Collector()
    with InotifyObserver() as observer:
        observer.schedule(handler, tmp_path)
        overflow(observer, tmp_path)
        (tmp_path / "missed").mkdir()
        observer._inotify_fd.source.pause(False)
        missed = DirCreatedEvent(str(tmp_path / "missed"), is_synthetic=True)
        assert handler.until(str(tmp_path / "missed"))[-1] == missed


def test_a_program_that_is_far_behind_is_told_that_it_lost_events(tmp_path: Path) -> None:
    go_on, told = threading.Event(), threading.Event()

    class Slow(Mirror):
        def on_any_event(self, event: FileSystemEvent) -> None:
            go_on.wait(LONG)
            super().on_any_event(event)

        def on_overflow(self, event: OverflowEvent) -> None:
            told.set()

    mirror = Slow(str(tmp_path))
    with InotifyObserver(most_queued_bytes=10_000) as observer:
        observer.schedule(mirror, tmp_path, event_filter=[FileCreatedEvent, FileDeletedEvent])
        for number in range(1000):
            (tmp_path / str(number)).touch()
        while observer.counters["queued_bytes"] < 10_000:
            pass
        (tmp_path / "last").touch()
        go_on.set()
        assert mirror.becomes(str(tmp_path / "sentinel"))
        assert observer.counters["most_queued_bytes"] < 200_000


_MOUNTS = """\
24 1 0:22 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 24 {device} / /srv rw shared:7 master:2 - {kind} server:/export rw
garbage
"""


@pytest.mark.parametrize(
    ("kind", "polled"), [("nfs4", True), ("fuse.sshfs", True), ("ext4", False), ("fuse", False)]
)
def test_a_network_mount_is_told_by_its_file_system(
    tmp_path: Path, kind: str, polled: bool
) -> None:
    device = os.stat(tmp_path).st_dev
    mounts = tmp_path / "mounts"
    mounts.write_text(_MOUNTS.format(device=f"{os.major(device)}:{os.minor(device)}", kind=kind))
    assert _network.file_system(tmp_path.as_posix(), str(mounts)) == kind
    assert (kind in _network.POLLED) is polled


def test_a_network_mount_is_polled_without_being_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_network, "needs_polling", lambda path: True)
    handler = Collector()
    with InotifyObserver(timeout=0.01) as observer, caplog.at_level(logging.WARNING):
        observer.schedule(handler, tmp_path)
        assert [type(each) for each in observer.emitters] == [PollingEmitter]
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))
    assert "is on a network file system" in caplog.text
    unasked = InotifyObserver(network_polling=False)
    unasked.schedule(handler, tmp_path)
    assert PollingEmitter not in [type(each) for each in unasked.emitters]
    unasked.stop()
