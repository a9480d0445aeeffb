"""A handler that keeps what it is told of, for tests in other threads to look at."""

from __future__ import annotations

from queue import Queue

from mainstay.watch.events import FileSystemEvent, FileSystemEventHandler

LONG = 60.0  # seconds; only to end a test that hangs


class Collector(FileSystemEventHandler):
    """Keeps the events of what is created, deleted or moved."""

    def __init__(self) -> None:
        self.events: Queue[FileSystemEvent] = Queue()

    def on_created(self, event: FileSystemEvent) -> None:
        self.events.put(event)

    def on_deleted(self, event: FileSystemEvent) -> None:
        self.events.put(event)

    def on_moved(self, event: FileSystemEvent) -> None:
        self.events.put(event)

    def next(self) -> FileSystemEvent:
        """The next event; waits for it."""
        return self.events.get(timeout=LONG)

    def until(self, path: str) -> list[FileSystemEvent]:
        """The events up to one of `path`, that one included."""
        found = [self.next()]
        while found[-1].src_path != path:
            found.append(self.next())
        return found
