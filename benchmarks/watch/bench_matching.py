"""Handlers that match paths, and snapshots of a directory."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import STRICT, Door

PATHS = {"included": "/home/me/project/src/module.js", "not included": "/home/me/project/a.txt"}


def cases(door: Door) -> Iterator[Case]:
    """One event through a handler; one snapshot; one difference."""
    if door.name == STRICT:
        from mainstay.watch import events
        from mainstay.watch.utils import dirsnapshot
    else:
        events = door._modules["watchdog.events"]
        dirsnapshot = door._modules["watchdog.utils.dirsnapshot"]
    patterns = events.PatternMatchingEventHandler(
        patterns=["**/*.py", "**/*.js"], ignore_patterns=["**/version.py"]
    )
    regexes = events.RegexMatchingEventHandler(
        regexes=[r".*\.py$", r".*\.js$"], ignore_regexes=[r".*version\.py$"]
    )
    for variant, path in PATHS.items():
        event = events.FileModifiedEvent(path)
        yield Case("dispatch by patterns", variant, _dispatching(patterns, event))
        yield Case("dispatch by regexes", variant, _dispatching(regexes, event))
    root = _tree()
    one, other = dirsnapshot.DirectorySnapshot(root), dirsnapshot.DirectorySnapshot(root)

    def take(n: int) -> None:
        for _ in repeat(None, n):
            dirsnapshot.DirectorySnapshot(root)

    def compare(n: int) -> None:
        for _ in repeat(None, n):
            dirsnapshot.DirectorySnapshotDiff(one, other)

    yield Case("snapshot of 25,000 entries", "in memory", take, slow=True)
    yield Case("difference without a change", "25,000 entries", compare, slow=True)


def _dispatching(handler: Any, event: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            handler.dispatch(event)

    return loop


@cache
def _tree() -> str:
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    root = tempfile.mkdtemp(dir=memory)
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for outer in range(100):
        for inner in range(50):
            folder = os.path.join(root, f"d{outer}", f"e{inner}")
            os.makedirs(folder)
            for name in "abcd":
                open(os.path.join(folder, name), "w").close()
    return root
