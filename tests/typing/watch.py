"""A user's program: what an observer and its handlers are to a type checker."""

from __future__ import annotations

from pathlib import Path

from mainstay.watch import FileSystemEvent, FileSystemEventHandler, Observer
from mainstay.watch.events import DirCreatedEvent, FileCreatedEvent
from mainstay.watch.observers.api import ObservedWatch
from mainstay.watch.utils.dirsnapshot import DirectorySnapshot, DirectorySnapshotDiff


class Handler(FileSystemEventHandler):
    def on_created(self, event: DirCreatedEvent | FileCreatedEvent) -> None:
        path: str | bytes = event.src_path
        print(path, event.is_directory)

    def on_any_event(self, event: FileSystemEvent) -> None:
        print(event.event_type)


def observe(folder: Path) -> ObservedWatch:
    with Observer(timeout=1.0) as observer:
        return observer.schedule(
            Handler(), folder, recursive=True, event_filter=[FileCreatedEvent], exclude=["*.log"]
        )


def changes(before: DirectorySnapshot, after: DirectorySnapshot) -> list[bytes | str]:
    return DirectorySnapshotDiff(before, after).files_created
