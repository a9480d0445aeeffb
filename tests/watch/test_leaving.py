"""An observer may be left at any moment: by its handlers, by a fork, by the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from mainstay.watch import Watcher
from mainstay.watch.events import FileCreatedEvent, FileSystemEvent, FileSystemEventHandler
from mainstay.watch.observers import Observer
from mainstay.watch.observers.inotify import InotifyObserver
from mainstay.watch.observers.polling import PollingObserver

from ..fresh import exits_under_daemon_threads, needs_malloc_after_fork, printed
from ..together import at_once
from .collector import LONG, Collector
from .forked import in_child


class Doing(Collector):
    """Does something once, when the first file is created."""

    def __init__(self, what: Callable[[], object]) -> None:
        super().__init__()
        self.what: Callable[[], object] | None = what

    def on_created(self, event: FileSystemEvent) -> None:
        super().on_created(event)
        what, self.what = self.what, None
        if what is not None:
            what()


@pytest.mark.parametrize("kind", [Observer, PollingObserver])
def test_a_handler_may_stop_its_observer(tmp_path: Path, kind: type[Observer]) -> None:
    observer = kind(timeout=0.01)
    observer.schedule(Doing(observer.stop), tmp_path)
    observer.start()
    (tmp_path / "a").touch()
    observer.join(LONG)
    assert not observer.is_alive()


def test_a_handler_may_unschedule_what_it_is_called_for(tmp_path: Path) -> None:
    with Observer() as observer:
        handler = Doing(lambda: observer.unschedule(watch))
        watch = observer.schedule(handler, tmp_path)
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))
        with observer._lock:  # until the handler has returned
            (tmp_path / "b").touch()
        again = Collector()
        observer.schedule(again, tmp_path)
        (tmp_path / "c").touch()
        assert again.next() == FileCreatedEvent(str(tmp_path / "c"))
        assert handler.events.empty()


def test_events_of_a_watch_that_has_ended_are_not_taken_for_those_of_a_later_one(
    tmp_path: Path,
) -> None:
    busy, calm, go_on = tmp_path / "busy", tmp_path / "calm", threading.Event()
    busy.mkdir()
    calm.mkdir()
    later = Collector()

    def change() -> None:
        go_on.wait(LONG)
        observer.unschedule(watch)
        observer.schedule(later, calm)
        (calm / "a").touch()

    with InotifyObserver() as observer:
        watch = observer.schedule(Doing(change), busy)
        for number in range(2_000):  # more than one batch
            (busy / str(number)).touch()
        go_on.set()
        assert later.next() == FileCreatedEvent(str(calm / "a"))


def test_a_handler_may_schedule_more(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    later = Collector()
    with Observer() as observer:
        handler = Doing(lambda: observer.schedule(later, tmp_path / "more"))
        observer.schedule(handler, tmp_path)
        (tmp_path / "a").touch()
        assert handler.next().src_path == str(tmp_path / "a")
        with observer._lock:  # until the handler has returned
            (tmp_path / "more" / "b").touch()
        assert later.next() == FileCreatedEvent(str(tmp_path / "more" / "b"))


def test_unschedule_returns_when_no_handler_runs_any_longer(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()
    running: list[bool] = []

    class Slow(FileSystemEventHandler):
        def on_created(self, event: FileSystemEvent) -> None:
            running.append(True)
            entered.set()
            leave.wait(LONG)
            running.clear()

    with Observer() as observer:
        watch = observer.schedule(Slow(), tmp_path)
        (tmp_path / "a").touch()
        assert entered.wait(LONG)
        threading.Timer(0.05, leave.set).start()
        observer.unschedule(watch)
        assert not running


def test_threads_may_schedule_and_unschedule_at_once(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / str(number)).mkdir()
    with Observer() as observer:

        def work(number: int) -> None:
            handler = Collector()
            for _ in range(25):
                watch = observer.schedule(handler, tmp_path / str(number), recursive=True)
                (tmp_path / str(number) / "a").touch()
                handler.until(str(tmp_path / str(number) / "a"))
                (tmp_path / str(number) / "a").unlink()
                observer.unschedule(watch)

        at_once(*(lambda n=n: work(n) for n in range(4)))  # type: ignore[misc]
        assert observer.counters["watches"] == 0  # type: ignore[attr-defined]


def test_observers_that_were_never_started_or_stopped_leave_nothing() -> None:
    # Each has one of the kernel's queues, of which a user may have 128.
    for _ in range(500):
        Observer()


def test_a_child_of_a_fork_has_no_observer_and_takes_nothing_from_its_parent(
    tmp_path: Path,
) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path)

        def look() -> None:
            assert not observer.is_alive()
            observer.stop()

        in_child(look)
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))


@needs_malloc_after_fork
def test_a_child_of_a_fork_during_a_handler_is_told_instead_of_waiting_for_it(
    tmp_path: Path,
) -> None:
    entered, leave = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        leave.wait(LONG)

    with Observer() as observer, Watcher(tmp_path) as watcher:
        watch = observer.schedule(Doing(wait), tmp_path)
        (tmp_path / "a").touch()
        assert entered.wait(LONG)

        def use() -> None:
            with pytest.raises(RuntimeError, match="inherited by a fork"):
                observer.unschedule(watch)
            with pytest.raises(ValueError, match="inherited by a fork"):
                watcher.read()
            observer.stop()
            watcher.close()

        in_child(use)
        leave.set()


@needs_malloc_after_fork
def test_a_child_of_a_fork_in_the_middle_of_events_may_observe_itself(tmp_path: Path) -> None:
    handler = Collector()
    busy, calm = tmp_path / "busy", tmp_path / "calm"
    busy.mkdir()
    calm.mkdir()
    with Observer() as observer:
        observer.schedule(handler, busy)
        for number in range(20):
            for each in range(50):
                (busy / f"{number}-{each}").touch()
            in_child(lambda n=number: _sees_a_file(calm / str(n)))  # type: ignore[misc]
        handler.until(str(busy / "19-49"))


def _sees_a_file(path: Path) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, path.parent)
        path.touch()
        assert handler.next() == FileCreatedEvent(str(path))


_OBSERVING = """
import os, tempfile
from mainstay.watch import FileSystemEventHandler, Observer, Watcher

class Handler(FileSystemEventHandler):
    def on_any_event(self, event):
        repr(event)

folder = tempfile.mkdtemp()
observers = [Observer() for _ in range(3)]
for each in observers:
    each.schedule(Handler(), folder, recursive=True)
    each.start()
"""


def test_an_interpreter_ends_with_observers_running() -> None:
    assert printed(_OBSERVING + "print('at the end')") == ["at the end"]


def test_a_wait_in_the_main_thread_can_be_interrupted() -> None:
    program = (
        _OBSERVING
        + """
import signal, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
watcher = Watcher(folder)
threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
try:
    watcher.read()
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    assert printed(program) == ["interrupted"]


def test_an_interpreter_ends_while_daemon_threads_make_and_read_events() -> None:
    exits_under_daemon_threads(
        _OBSERVING
        + """
watcher = Watcher(folder, quiet=0, longest=0)

def work():
    path = os.path.join(folder, str(threading.get_ident()))
    os.close(os.open(path, os.O_CREAT))
    watcher.read(0)
    os.unlink(path)
"""
    )
