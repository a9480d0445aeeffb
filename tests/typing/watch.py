"""A user's program: what an observer and its handlers are to a type checker."""

from __future__ import annotations

from pathlib import Path

from mainstay.watch import (
    FileSystemEvent,
    FileSystemEventHandler,
    Observer,
    PatternMatchingEventHandler,
    Watcher,
    awatch,
    watch,
)
from mainstay.watch.events import DirCreatedEvent, FileCreatedEvent, OverflowEvent
from mainstay.watch.observers.api import ObservedWatch
from mainstay.watch.utils.dirsnapshot import DirectorySnapshot, DirectorySnapshotDiff


class Handler(FileSystemEventHandler):
    def on_created(self, event: DirCreatedEvent | FileCreatedEvent) -> None:
        path: str | bytes = event.src_path
        print(path, event.is_directory)

    def on_any_event(self, event: FileSystemEvent) -> None:
        print(event.event_type)

    def on_overflow(self, event: OverflowEvent) -> None:
        print(event.src_path)


def observe(folder: Path) -> ObservedWatch:
    with Observer(timeout=1.0) as observer:
        return observer.schedule(
            Handler(), folder, recursive=True, event_filter=[FileCreatedEvent], exclude=["*.log"]
        )


def old_patterns() -> PatternMatchingEventHandler:
    return PatternMatchingEventHandler(patterns=["*.py"], match="tail")


def batches(folder: Path) -> list[FileSystemEvent]:
    with Watcher(folder, str(folder), gitignore=True, quiet=0.1) as watcher:
        rescans: int = watcher.counters["rescans"]
        print(rescans, watcher.fileno())
        found: list[FileSystemEvent] = watcher.read(timeout=1.0)
    for batch in watch(folder, recursive=False):
        found += batch
    return found


async def in_a_loop(folder: Path) -> None:
    async for batch in awatch(folder, exclude=["*.log"]):
        print([event.src_path for event in batch])


def changes(before: DirectorySnapshot, after: DirectorySnapshot) -> list[bytes | str]:
    return DirectorySnapshotDiff(before, after).files_created
