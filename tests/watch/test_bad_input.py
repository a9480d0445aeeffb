"""What is not there, must not be read, is no text, or goes in a circle; roots that come and go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from mainstay.watch.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
)
from mainstay.watch.observers import Observer
from mainstay.watch.observers.inotify import InotifyObserver
from mainstay.watch.utils.dirsnapshot import DirectorySnapshot

from .collector import LONG, Collector
from .forked import in_child

_NOBODY = 65534


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with Observer() as observer, pytest.raises(FileNotFoundError, match="absent"):
        observer.schedule(Collector(), tmp_path / "absent")
    late = Observer()
    late.schedule(Collector(), tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="absent"):
        late.start()
    late.stop()


def test_a_file_is_watched_by_way_of_its_folder(tmp_path: Path) -> None:
    file, handler = tmp_path / "file", Collector()
    file.touch()
    with Observer() as observer:
        observer.schedule(handler, file, recursive=True)
        (tmp_path / "other").touch()
        file.rename(tmp_path / "moved")
        assert handler.next() == FileMovedEvent(str(file), str(tmp_path / "moved"))
        file.touch()
        assert handler.next() == FileCreatedEvent(str(file))


def test_names_that_are_no_text_come_back_as_the_disk_has_them(tmp_path: Path) -> None:
    handler, text = Collector(), Collector()
    with Observer() as observer:
        observer.schedule(handler, os.fsencode(tmp_path))  # type: ignore[arg-type]
        observer.schedule(text, tmp_path)
        name = os.path.join(os.fsencode(tmp_path), b"\xff\xfe")
        os.close(os.open(name, os.O_CREAT))
        assert handler.next().src_path == name
        assert text.next().src_path == os.fsdecode(name)
        assert DirectorySnapshot(os.fsencode(tmp_path)).paths == {os.fsencode(tmp_path), name}


def test_names_as_long_as_they_may_be_are_reported(tmp_path: Path) -> None:
    handler = Collector()
    with Observer() as observer:
        observer.schedule(handler, tmp_path, recursive=True)
        (tmp_path / ("d" * 255)).mkdir()
        assert handler.next() == DirCreatedEvent(str(tmp_path / ("d" * 255)))
        (tmp_path / ("d" * 255) / ("f" * 255)).touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / ("d" * 255) / ("f" * 255)))


def test_a_tree_deeper_than_a_path_may_be_long_is_watched_as_far_as_it_can_be(
    tmp_path: Path,
) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    handler = Collector()
    with InotifyObserver() as observer:
        observer.schedule(handler, tmp_path, recursive=True)
        assert 15 < observer.counters["watches"] < 30
        assert observer.counters["unwatched"] == 1
        (tmp_path / "a").touch()
        assert handler.next() == FileCreatedEvent(str(tmp_path / "a"))


@pytest.mark.parametrize("follow", [False, True])
def test_links_in_a_circle_are_not_followed_round(tmp_path: Path, follow: bool) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "up").symlink_to(tmp_path)
    (inner / "self").symlink_to("self")
    (inner / "gone").symlink_to("nowhere")
    handler = Collector()
    with InotifyObserver() as observer:
        observer.schedule(handler, tmp_path, recursive=True, follow_symlink=follow)
        assert observer.counters["watches"] == 2
        (inner / "a").touch()
        assert handler.next() == FileCreatedEvent(str(inner / "a"))
    found = {str(tmp_path / name) for name in ("", "inner", "inner/a", "inner/up")}
    assert DirectorySnapshot(str(tmp_path)).paths == found


def as_someone_else(work: Callable[[], None]) -> None:
    """Run it in a child that permissions count for, even if they do not for this process."""

    def unprivileged() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        work()

    in_child(unprivileged)


def test_what_must_not_be_read_is_left_out_and_counted() -> None:
    def work() -> None:
        root = Path(tempfile.mkdtemp())
        (root / "closed" / "deep").mkdir(parents=True)
        (root / "open").mkdir()
        (root / "closed").chmod(0)
        try:
            handler = Collector()
            with InotifyObserver() as observer:
                observer.schedule(handler, root, recursive=True)
                assert observer.counters["unwatched"] == 1
                (root / "open" / "a").touch()
                assert handler.next() == FileCreatedEvent(str(root / "open" / "a"))
            paths = DirectorySnapshot(str(root)).paths
            assert paths == {str(root), *(str(root / n) for n in ("closed", "open", "open/a"))}
            wanted = pytest.raises(PermissionError, match="must be readable")
            with Observer() as observer, wanted:
                observer.schedule(handler, root / "closed")
        finally:
            (root / "closed").chmod(0o700)
            shutil.rmtree(root)

    as_someone_else(work)


def _limited(limit: str, program: str) -> str:
    """What a program prints where the kernel allows its user no more than `limit` says."""
    shell = 'echo "$1" > "/proc/sys/user/$0" && shift && exec "$@"'
    name, _, number = limit.partition("=")
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", shell, name, number]
        + [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    if done.returncode != 0 and "rror" not in done.stderr.rpartition("\n  ")[2]:
        pytest.skip(f"limits of one process cannot be lowered here: {done.stderr.strip()}")
    return done.stdout


def test_a_limit_of_watches_is_an_error_with_the_remedy() -> None:
    program = """
import os, tempfile
from mainstay.watch import FileSystemEventHandler
from mainstay.watch.observers.inotify import InotifyObserver
root = tempfile.mkdtemp()
for name in range(20):
    os.mkdir(os.path.join(root, str(name)))
with InotifyObserver() as observer:
    try:
        observer.schedule(FileSystemEventHandler(), root, recursive=True)
    except OSError as error:
        print(error.errno, "fs.inotify.max_user_watches" in str(error), "exclude=" in str(error))
    print(observer.counters["watches"])
"""
    assert _limited("max_inotify_watches=10", program) == "28 True True\n0\n"


def test_a_directory_that_comes_when_the_limit_is_reached_is_told_of_and_its_files_are() -> None:
    program = """
import os, tempfile
from mainstay.watch.observers.inotify import InotifyObserver
from tests.watch.collector import Collector
root, other = tempfile.mkdtemp(), tempfile.mkdtemp()
for name in range(20):
    os.mkdir(os.path.join(other, str(name)))
os.close(os.open(os.path.join(other, "file"), os.O_CREAT))
class Told(Collector):
    def on_overflow(self, event):
        print(event.is_synthetic, os.path.dirname(event.src_path) == os.path.join(root, "new"))
handler = Told()
with InotifyObserver() as observer:
    observer.schedule(handler, root, recursive=True)
    os.rename(other, os.path.join(root, "new"))
    handler.until(os.path.join(root, "new", "file"))
    print(observer.counters["unwatched"], observer.counters["watches"])
"""
    assert _limited("max_inotify_watches=10", program) == "True True\n12 10\n"


def test_a_limit_of_queues_is_an_error_with_the_remedy() -> None:
    program = """
from mainstay.watch import Observer
kept = []
try:
    for _ in range(10):
        kept.append(Observer())
except OSError as error:
    print(len(kept), error.errno, "fs.inotify.max_user_instances" in str(error))
"""
    assert _limited("max_inotify_instances=3", program) == "3 24 True\n"


def test_a_root_that_is_made_again_can_be_watched_again(tmp_path: Path) -> None:
    root, handler = tmp_path / "root", Collector()
    root.mkdir()
    with Observer() as observer:
        for _ in range(3):
            observer.schedule(handler, root)
            (root / "a").touch()
            handler.until(str(root / "a"))
            shutil.rmtree(root)
            handler.until(str(root))
            root.mkdir()


def test_a_handler_may_make_a_root_again_and_schedule_it(tmp_path: Path) -> None:
    root = tmp_path / "root"

    class Again(Collector):
        def on_deleted(self, event: FileSystemEvent) -> None:
            super().on_deleted(event)
            root.mkdir()
            observer.schedule(self, root)

    root.mkdir()
    handler = Again()
    with InotifyObserver() as observer:
        observer.schedule(handler, root)
        root.rmdir()
        assert handler.next() == DirDeletedEvent(str(root))
        with observer._lock:  # until the handler has returned
            (root / "a").touch()
        assert handler.next() == FileCreatedEvent(str(root / "a"))


def test_a_root_that_is_replaced_is_watched_no_longer(tmp_path: Path) -> None:
    root, other, handler = tmp_path / "root", tmp_path / "other", Collector()
    root.mkdir()
    other.mkdir()
    with Observer() as observer:
        observer.schedule(handler, root, recursive=True)
        other.rename(root)  # takes the place of the empty one
        assert handler.next() == DirDeletedEvent(str(root))
        (root / "a").touch()
        observer.schedule(handler, root, recursive=True)
        (root / "b").touch()
        assert handler.next() == FileCreatedEvent(str(root / "b"))


def test_a_root_that_is_renamed_is_watched_no_longer(tmp_path: Path) -> None:
    root, renamed, handler = tmp_path / "root", tmp_path / "renamed", Collector()
    root.mkdir()
    with InotifyObserver() as observer:
        observer.schedule(handler, root, recursive=True)
        root.rename(renamed)
        assert handler.next() == DirDeletedEvent(str(root))
        (renamed / "a").touch()
        assert observer.counters["watches"] == 0
        assert handler.events.empty()


def test_rules_for_directories_that_are_not_real_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="snapshots of real directories"):
        DirectorySnapshot(str(tmp_path), stat=os.lstat, exclude=["*.log"])
