"""What an observer promises beyond the peer: it lives on, hears everything, and may be left."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from mainstay.watch.events import (
    DirDeletedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
    PatternMatchingEventHandler,
)
from mainstay.watch.observers import Observer
from mainstay.watch.observers.inotify import InotifyObserver

LONG = 30.0


class Collector(FileSystemEventHandler):
    """Keeps the events of what is created, deleted or moved."""

    def __init__(self) -> None:
        self.events: Queue[FileSystemEvent] = Queue()

    def on_created(self, event: FileSystemEvent) -> None:
        self.events.put(event)

    def on_deleted(self, event: FileSystemEvent) -> None:
        self.events.put(event)

    def next(self) -> FileSystemEvent:
        return self.events.get(timeout=LONG)


def test_an_exception_in_a_handler_is_counted_and_the_observer_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Collector):
        def on_created(self, event: FileSystemEvent) -> None:
            super().on_created(event)
            raise ValueError("no")

    handler = Failing()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        for name in ("a", "b"):
            (tmp_path / name).touch()
            assert handler.next() == FileCreatedEvent(str(tmp_path / name))
    assert observer.handler_errors == 2
    assert "the observer goes on" in caplog.text


def test_a_second_schedule_with_another_filter_silences_nothing(tmp_path: Path) -> None:
    wide, narrow = Collector(), Collector()
    with Observer() as observer:
        observer.schedule(wide, tmp_path, recursive=True)
        observer.schedule(narrow, tmp_path, recursive=True, event_filter=[FileDeletedEvent])
        (tmp_path / "a").touch()
        (tmp_path / "a").unlink()
        assert narrow.next() == FileDeletedEvent(str(tmp_path / "a"))
        assert wide.next() == FileCreatedEvent(str(tmp_path / "a"))
        assert wide.next() == FileDeletedEvent(str(tmp_path / "a"))


def test_a_root_that_is_made_again_can_be_watched_again(tmp_path: Path) -> None:
    root, handler = tmp_path / "root", Collector()
    root.mkdir()
    with Observer() as observer:
        observer.schedule(handler, root)
        root.rmdir()
        assert handler.next() == DirDeletedEvent(str(root))
        root.mkdir()
        while any(emitter.is_alive() for emitter in observer.emitters):
            pass
        observer.schedule(handler, root)
        (root / "a").touch()
        assert handler.next() == FileCreatedEvent(str(root / "a"))


def test_a_second_start_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        with pytest.raises(RuntimeError, match="only be started once"):
            observer.start()
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))


def test_a_handler_may_stop_its_observer(tmp_path: Path) -> None:
    class Stopping(FileSystemEventHandler):
        def on_created(self, event: FileSystemEvent) -> None:
            observer.stop()

    observer = Observer()
    observer.schedule(Stopping(), tmp_path)
    observer.start()
    (tmp_path / "a").touch()
    observer.join(LONG)
    assert not observer.is_alive()


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


def test_a_method_that_is_set_on_a_handler_later_gets_its_events(tmp_path: Path) -> None:
    handler, seen = FileSystemEventHandler(), threading.Event()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        handler.on_created = lambda event: seen.set()  # type: ignore[method-assign]
        (tmp_path / "a").touch()
        assert seen.wait(LONG)


def test_patterns_of_the_old_dialect_match_the_end_of_a_path() -> None:
    events: list[Any] = []
    for match in ("full", "tail"):
        handler = PatternMatchingEventHandler(patterns=["*.py"], match=match)
        handler.on_any_event = events.append  # type: ignore[method-assign, assignment]
        handler.dispatch(FileCreatedEvent("/src/deep/a.py"))
    assert len(events) == 1


def test_a_lost_event_is_made_up_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Overflowing(Collector):
        overflows = 0

        def on_overflow(self, event: FileSystemEvent) -> None:
            self.overflows += 1

    handler = Overflowing()
    with InotifyObserver() as observer:
        observer.schedule(handler, tmp_path)
        observer._inotify_fd.source.pause(True)
        (tmp_path / "kept").touch()
        for _ in range(17_000):
            os.close(os.open(tmp_path / "f", os.O_CREAT | os.O_WRONLY))
            os.unlink(tmp_path / "f")
        (tmp_path / "missed").touch()
        observer._inotify_fd.source.pause(False)
        wanted = str(tmp_path / "missed")
        while (event := handler.next()).src_path != wanted:
            pass
        assert event.is_synthetic
        assert observer.counters["rescans"] == 1
    assert handler.overflows == 1
    assert "Inotify queue overflowed" in caplog.text


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with Observer() as observer, pytest.raises(FileNotFoundError, match="absent"):
        observer.schedule(Collector(), tmp_path / "absent")


def test_a_child_of_a_fork_has_no_observer_and_takes_nothing_from_its_parent(
    tmp_path: Path,
) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)
        child = os.fork()
        if child == 0:
            alive = observer.is_alive()
            observer.stop()
            os._exit(int(alive))
        assert os.waitpid(child, 0)[1] == 0
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))


def test_names_that_are_no_text_come_back_as_the_disk_has_them(tmp_path: Path) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, os.fsencode(tmp_path))  # type: ignore[arg-type]
        name = os.path.join(os.fsencode(tmp_path), b"\xff\xfe")
        os.close(os.open(name, os.O_CREAT))
        assert handler.next().src_path == name
