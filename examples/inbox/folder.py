"""The folder the service takes its input from: what arrives there is noticed and read."""

from __future__ import annotations

import queue
import tempfile
from pathlib import Path

from watchdog.events import FileClosedEvent, FileSystemEvent, PatternMatchingEventHandler
from watchdog.observers import Observer

LIMIT_SECONDS = 60


class Arrivals(PatternMatchingEventHandler):
    """Hands over the names of files that were written and closed."""

    def __init__(self) -> None:
        super().__init__(patterns=["*.json", "**/*.json"], ignore_directories=True)
        self.names: queue.Queue[str] = queue.Queue()

    def on_closed(self, event: FileSystemEvent) -> None:
        """Called by the observer's thread."""
        if isinstance(event, FileClosedEvent):
            self.names.put(Path(str(event.src_path)).name)


def watched(count: int) -> dict[str, int]:
    """Let `count` files arrive, half of them in a folder below; returns what was noticed."""
    with tempfile.TemporaryDirectory(prefix="inbox-folder-") as name:
        folder = Path(name)
        (folder / "urgent").mkdir()
        arrivals, observer = Arrivals(), Observer()
        observer.schedule(arrivals, str(folder), recursive=True)
        observer.start()
        try:
            for number in range(count):
                place = folder / "urgent" if number % 2 else folder
                (place / f"{number}.json").write_text("{}")
                (place / f"{number}.tmp").write_text("not for us")
            seen = {arrivals.names.get(timeout=LIMIT_SECONDS) for _ in range(count)}
        finally:
            observer.stop()
            observer.join()
    return {"arrived": count, "noticed": len(seen)}
