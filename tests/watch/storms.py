"""Storms of changes by other processes, beside busy Python threads: what is heard of them.

    python -m tests.watch.storms random --runs 1000 [--queue N]
    python -m tests.watch.storms burst --runs 50 --files 100000

`random`: several writers change a tree at random; a mirror that is built from events must become
equal to the disk. `burst`: files are created as fast as can be; each must be told of, or an
overflow reported and repaired. `--queue` lowers the kernel's queue of the whole machine while
observers are made, to have it overflow; that takes root. The last line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mainstay.watch.events import FileSystemEvent, FileSystemEventHandler, OverflowEvent
from mainstay.watch.observers.inotify import InotifyObserver

from .collector import LONG

_QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
_WRITERS = 3


class Mirror(FileSystemEventHandler):
    """What is below a root as far as events tell: paths, and whether each is a folder."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.paths: dict[str, bool] = {}
        self.changed = threading.Event()
        self.overflows = 0

    def on_any_event(self, event: FileSystemEvent) -> None:
        source, target = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if event.event_type == "created":
            self.paths[source] = event.is_directory
        elif event.event_type == "deleted":
            self._take(source)
        elif event.event_type == "moved":
            taken = self._take(source)
            if source in taken or target not in self.paths:
                # What was there is gone; a folder's contents are told of again after it.
                self._take(target)
            self.paths[target] = event.is_directory
            for path, folder in taken.items():
                if path != source:
                    self.paths[target + path[len(source) :]] = folder
        self.changed.set()

    def on_overflow(self, event: OverflowEvent) -> None:
        self.overflows += 1

    def _take(self, path: str) -> dict[str, bool]:
        below = path + "/"
        taken = {p: self.paths[p] for p in self.paths if p == path or p.startswith(below)}
        for each in taken:
            del self.paths[each]
        return taken

    def becomes(self, sentinel: str) -> bool:
        """Whether it becomes equal to the disk, and still is when the file `sentinel`, which is
        created then, is in it."""
        return self._equals_disk() and self._hears_of(sentinel) and self._equals_disk()

    def _equals_disk(self) -> bool:
        there = on_disk(self.root)  # nothing changes it any longer
        end = time.monotonic() + LONG
        while (now := time.monotonic()) < end:
            self.changed.clear()
            if len(self.paths) == len(there) and dict(self.paths) == there:
                return True
            if self.changed.wait(0.2):
                end = now + LONG  # it is slow, which is no failure
        for what, paths in (
            ("heard of alone", self.paths.items() - there.items()),
            ("there alone", there.items() - self.paths.items()),
        ):
            print(f"{what}: {len(paths)}, {sorted(paths)[:10]}")
        return False

    def _hears_of(self, sentinel: str) -> bool:
        open(sentinel, "w").close()
        end = time.monotonic() + LONG
        while sentinel not in self.paths and (left := end - time.monotonic()) > 0:
            self.changed.clear()
            self.changed.wait(min(left, 0.2))
        return sentinel in self.paths


def on_disk(root: str) -> dict[str, bool]:
    """What is below a root."""
    found = {}
    for folder, folders, files in os.walk(root):
        found.update({os.path.join(folder, each): True for each in folders})
        found.update({os.path.join(folder, each): False for each in files})
        for each in folders:
            if os.path.islink(path := os.path.join(folder, each)):
                found[path] = False
    return found


class Writers:
    """Processes that change files, to be told what; one thread uses them."""

    def __init__(self, count: int = _WRITERS) -> None:
        self.count = count
        command = [sys.executable, str(Path(__file__).with_name("writers.py"))]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]

    def tell(self, what: str, seed: int, count: int, folder: str) -> None:
        """Has each do it at once, under a name of its own."""
        for number, each in enumerate(self._processes):
            assert each.stdin is not None
            print(what, f"{seed}.{number}", count, folder, file=each.stdin, flush=True)

    def wait(self) -> None:
        """Until all have done it."""
        for each in self._processes:
            assert each.stdout is not None
            assert each.stdout.readline() == "done\n"

    def close(self) -> None:
        """Ends them."""
        for each in self._processes:
            with each:
                pass


@contextmanager
def busy_threads(count: int) -> Iterator[None]:
    """Threads that never let go of the interpreter before they have to."""
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        ended.set()
        for each in threads:
            each.join()


@contextmanager
def kernel_queue(size: int) -> Iterator[None]:
    """Queues that are made meanwhile have so much room; 0 leaves it as it is."""
    before = _QUEUE.read_text()
    if size:
        _QUEUE.write_text(str(size))
    try:
        yield
    finally:
        if size:
            _QUEUE.write_text(before)


def random_changes(writers: Writers, seed: int, changes: int = 150, queue: int = 0) -> bool:
    """One run; whether the mirror became equal to the disk."""
    with tempfile.TemporaryDirectory(dir=_memory()) as top, ExitStack() as stack:
        root = os.path.join(top, "root")
        os.mkdir(root)
        mirror = Mirror(root)
        with kernel_queue(queue):
            observer = InotifyObserver(move_window=0.05)
        stack.enter_context(observer)
        observer.schedule(mirror, root, recursive=True)
        writers.tell("random", seed, changes, root)
        writers.wait()
        return mirror.becomes(os.path.join(root, "sentinel"))


def a_burst(writers: Writers, seed: int, files: int, queue: int = 0) -> bool:
    """One run; whether each file was told of, be it after an overflow that was reported."""
    with tempfile.TemporaryDirectory(dir=_memory()) as root, ExitStack() as stack:
        mirror = Mirror(root)
        with kernel_queue(queue):
            observer = InotifyObserver()
        stack.enter_context(observer)
        observer.schedule(mirror, root, recursive=True)
        stack.enter_context(busy_threads(3))
        writers.tell("burst", seed, files // writers.count, root)
        writers.wait()
        whole = mirror.becomes(os.path.join(root, "sentinel"))
        return whole and (mirror.overflows > 0) == (observer.counters["overflows"] > 0)


def _memory() -> str | None:
    return "/dev/shm" if os.path.isdir("/dev/shm") else None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["random", "burst"])
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--files", type=int, default=10_000, help="in a burst")
    parser.add_argument("--queue", type=int, default=0, help="room in the kernel's queue")
    parser.add_argument("--writers", type=int, default=_WRITERS, help="processes that change files")
    parser.add_argument("--seed", type=int, default=0, help="of the first run")
    options = parser.parse_args()
    writers = Writers(options.writers)
    failed = 0
    for seed in range(options.seed, options.seed + options.runs):
        if options.what == "random":
            good = random_changes(writers, seed, queue=options.queue)
        else:
            good = a_burst(writers, seed, options.files, options.queue)
        failed += not good
        if not good:
            print(f"run {seed}: what was heard is not what is there", flush=True)
    writers.close()
    print(f"{options.runs - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
