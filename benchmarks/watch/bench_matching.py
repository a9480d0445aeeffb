"""Handlers that match paths, and snapshots of a directory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.watch import floor
from benchmarks.watch.kit import Kit, tree

PATHS = {"included": "/srv/me/project/src/module.js", "not included": "/srv/me/project/a.txt"}
SNAPSHOT = "snapshot of 25,000 entries"


def cases(door: Door) -> Iterator[Case]:
    """One event through a handler; one snapshot, by the time that passes; one difference."""
    kit = Kit.of(door)
    patterns = kit.events.PatternMatchingEventHandler(
        patterns=["**/*.py", "**/*.js"], ignore_patterns=["**/version.py"]
    )
    regexes = kit.events.RegexMatchingEventHandler(
        regexes=[r".*\.py$", r".*\.js$"], ignore_regexes=[r".*version\.py$"]
    )
    for variant, path in PATHS.items():
        event = kit.events.FileModifiedEvent(path)
        yield Case("dispatch by patterns", variant, _dispatching(patterns, event))
        yield Case("dispatch by regexes", variant, _dispatching(regexes, event))
    root, of = tree(), kit.dirsnapshot
    one, other = of.DirectorySnapshot(root), of.DirectorySnapshot(root)

    def take(n: int) -> None:
        for _ in repeat(None, n):
            of.DirectorySnapshot(root)

    def compare(n: int) -> None:
        for _ in repeat(None, n):
            of.DirectorySnapshotDiff(one, other)

    yield Case(SNAPSHOT, "in memory", take, slow=True, clock=time.perf_counter)
    yield Case("difference without a change", "25,000 entries", compare, slow=True)


def by_hand() -> Iterator[Case]:
    """The system calls of a snapshot in one thread, and nothing else."""
    calls = floor.library()
    if calls is not None:
        root = tree().encode()

        def take(n: int) -> None:
            for _ in repeat(None, n):
                calls.look(root)

        yield Case(SNAPSHOT, "in memory", take, slow=True, clock=time.perf_counter)


def _dispatching(handler: Any, event: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            handler.dispatch(event)

    return loop
