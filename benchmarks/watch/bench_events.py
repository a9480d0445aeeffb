"""Observers: set-up, what they take, how soon and at what price a handler is told."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.watch import floor
from benchmarks.watch.kit import (
    DIRECTORIES,
    Kit,
    folder,
    memory_of_a_directory,
    processor_time_of_a_file,
    tree,
)

SET_UP = "recursive set-up, 5,101 directories"
BURST = 10_000
RENAMES = 1_000
QUIET = 0.5  # seconds without an event, after which what was not told of never will be


def cases(door: Door) -> Iterator[Case]:
    """Waits are real here: but for the burst, time is what passes."""
    # The peer's warnings of overflows are no news here.
    logging.getLogger("watchdog").addHandler(logging.NullHandler())
    logging.getLogger("watchdog").propagate = False
    kit = Kit.of(door)
    starting = _Starting(kit)
    passing = time.perf_counter
    yield Case(
        SET_UP, "in memory", starting.start, around=starting.around, slow=True, clock=passing
    )
    yield Case(
        "memory of a directory, bytes as ns",
        "RSS",
        _Memory(door).grow,
        slow=True,
        clock=memory_of_a_directory.read,
    )
    told = _Told(kit)
    yield Case("create to handler", "one file", told.by_one, around=told.around, clock=passing)
    yield Case(
        "burst of 10,000, processor time of each file told of",
        "on_created",
        _Burst(kit).run,
        slow=True,
        clock=processor_time_of_a_file.read,
    )
    for variant in ("file", "directory"):
        renaming = _Renaming(kit, variant)
        yield Case(
            "1,000 renames among 1,101 directories",
            variant,
            renaming.rename,
            around=renaming.around,
            slow=True,
            clock=passing,
        )


def by_hand() -> Iterator[Case]:
    """The system calls of a set-up in one thread, and nothing else."""
    calls = floor.library()
    if calls is not None:
        root = tree().encode()
        queues: list[int] = []

        def start(n: int) -> None:
            queues.extend(calls.set_up(root) for _ in range(n))

        @contextmanager
        def around() -> Iterator[None]:
            yield
            while queues:
                os.close(queues.pop())

        yield Case(SET_UP, "in memory", start, around=around, slow=True, clock=time.perf_counter)


def _counting(kit: Kit, *methods: str) -> Any:
    """A handler that counts the calls of some methods, and releases a lock at each."""
    counter = threading.Semaphore(0)

    def count(self: Any, event: Any) -> None:
        counter.release()

    kind = type("Counting", (kit.events.FileSystemEventHandler,), dict.fromkeys(methods, count))
    return kind(), counter


@contextmanager
def _observed(kit: Kit, handler: Any, root: str) -> Iterator[Any]:
    observer = kit.observers.Observer()
    observer.schedule(handler, root, recursive=True)
    observer.start()
    try:
        yield observer
    finally:
        observer.stop()
        observer.join()


class _Starting:
    """Starts an observer that is there."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    @contextmanager
    def around(self) -> Iterator[None]:
        handler, _ = _counting(self._kit, "on_created")
        self._observer = self._kit.observers.Observer()
        self._observer.schedule(handler, tree(), recursive=True)
        yield
        self._observer.stop()
        self._observer.join()

    def start(self, n: int) -> None:
        self._observer.start()


class _Memory:
    """What a fresh process grows by when it watches the tree."""

    _PROGRAM = """
import os, sys
from {package}.observers import Observer
from {package}.events import FileSystemEventHandler

class Handler(FileSystemEventHandler):
    def on_created(self, event): pass

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

with Observer() as observer:
    observer.schedule(Handler(), sys.argv[2], recursive=True)
    before = resident()
    observer.schedule(Handler(), sys.argv[1], recursive=True)
    print(resident() - before)
"""

    def __init__(self, door: Door) -> None:
        options = ["-X", "mainstay_dropin=watchdog"] if door.name == DROPIN else []
        package = "mainstay.watch" if door.name == STRICT else "watchdog"
        self._command = [sys.executable, *options, "-c", self._PROGRAM.format(package=package)]

    def grow(self, n: int) -> None:
        for _ in repeat(None, n):
            done = subprocess.run(
                [*self._command, tree(), folder()], capture_output=True, text=True, check=True
            )
            memory_of_a_directory.add(int(done.stdout) / DIRECTORIES / 1e9)


class _Told:
    """Creates a file and waits until a handler was told of it, again and again."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    @contextmanager
    def around(self) -> Iterator[None]:
        handler, self._told = _counting(self._kit, "on_created")
        self._root = folder()
        with _observed(self._kit, handler, self._root):
            yield

    def by_one(self, n: int) -> None:
        for number in range(n):
            path = f"{self._root}/{number}-{time.monotonic_ns()}"
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            self._told.acquire()


class _Burst:
    """Another process creates files as fast as it can; processor time of this one, for each file
    that was told of. The peer may lose some, and does not spend time on those."""

    _WRITER = """
import os, sys
for number in range(int(sys.argv[2])):
    os.close(os.open(f"{sys.argv[1]}/{number}", os.O_CREAT | os.O_WRONLY))
"""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def run(self, n: int) -> None:
        for _ in repeat(None, n):
            handler, told = _counting(self._kit, "on_created")
            root, count = folder(), 0
            with _observed(self._kit, handler, root):
                start = time.process_time()
                writer = [sys.executable, "-S", "-c", self._WRITER, root, str(BURST)]
                subprocess.run(writer, check=True)
                while count < BURST and told.acquire(timeout=QUIET):
                    count += 1
                spent = time.process_time() - start
            processor_time_of_a_file.add(spent / max(count, 1))


class _Renaming:
    """Renames one thing far down again and again, until all that was told of."""

    def __init__(self, kit: Kit, what: str) -> None:
        self._kit = kit
        # With 5,101 directories the walks of the peer fill the kernel's queue again and again.
        self._root = tree(10)
        inmost = os.path.join(self._root, "d99", "e9")
        self._names = (
            [inmost, f"{inmost}x"] if what == "directory" else [f"{inmost}/a", f"{inmost}/x"]
        )

    @contextmanager
    def around(self) -> Iterator[None]:
        handler, self._told = _counting(self._kit, "on_moved")
        with _observed(self._kit, handler, self._root):
            yield

    def rename(self, n: int) -> None:
        one, other = self._names
        for _ in range(RENAMES // 2):
            os.rename(one, other)
            os.rename(other, one)
        for _ in range(RENAMES):  # with a directory more come: of what is in it
            if not self._told.acquire(timeout=60):
                raise RuntimeError("a rename was not told of")
