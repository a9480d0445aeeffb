"""Events as batches instead of calls: for loops, event loops and programs that poll.

A batch is the list of events that came together: once none came for `quiet` seconds, or they have
been coming for `longest`. Lost events are made up for as with an observer; an OverflowEvent in the
batch says so.
"""

from __future__ import annotations

import queue
from time import monotonic
from typing import TYPE_CHECKING, Any

from .observers.inotify import InboxQueue, InotifyObserver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from typing_extensions import Self

    from .events import FileSystemEvent
    from .utils import Seconds

QUIET: Seconds = 0.05
LONGEST: Seconds = 1.6


class Watcher:
    """Watches paths until it is closed. One thread reads; any may close.

    OSError when a path cannot be watched. `fileno()` is a descriptor to poll: when it is readable,
    `read(0)` has events.
    """

    def __init__(
        self,
        *paths: str | Path,
        recursive: bool = True,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
        exclude: Iterable[str] = (),
        gitignore: bool = False,
        quiet: Seconds = QUIET,
        longest: Seconds = LONGEST,
    ) -> None:
        if not paths:
            raise TypeError("a path is needed to watch, got none")
        if not 0 <= quiet <= longest:
            raise ValueError(f"quiet must be from 0 to longest, got {quiet!r} and {longest!r}")
        self._quiet, self._longest = quiet, longest
        self._observer = InotifyObserver()
        rules = tuple(exclude)
        handler: Any = None  # wants everything that the filter lets pass
        try:
            for path in paths:
                self._observer.schedule(
                    handler,
                    path,
                    recursive=recursive,
                    event_filter=event_filter,
                    exclude=rules,
                    gitignore=gitignore,
                )
            self._observer.on_thread_start()
            waiting = self._observer.event_queue
            assert isinstance(waiting, InboxQueue)
            self._waiting = waiting
        except BaseException:
            self._observer.stop()
            raise
        self._closed = False

    def read(self, timeout: Seconds | None = None) -> list[FileSystemEvent]:
        """The next batch; an empty one after `timeout` seconds, or when it is closed."""
        waiting = self._waiting
        end = None if timeout is None else monotonic() + timeout
        while not self._closed:
            left = None if end is None else max(0.0, end - monotonic())
            if left == 0:
                waiting.fill(0)  # what there is, whether more would come or not
            else:
                waiting.fill(left, self._quiet, self._longest)
            batch: list[FileSystemEvent] = []
            while True:
                try:
                    event, _watch = waiting.get(block=False)
                except (queue.Empty, TypeError):  # the mark of the end is no pair
                    break
                batch.append(event)
            if batch or (end is not None and monotonic() >= end):
                return batch
        return []

    def fileno(self) -> int:
        """A descriptor that is readable while there are events."""
        return self._observer.fileno()

    @property
    def counters(self) -> dict[str, int]:
        """What was counted; see InotifyObserver."""
        return self._observer.counters

    def close(self) -> None:
        """Watches nothing any longer; a `read` that waits returns."""
        self._closed = True
        self._observer.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def watch(*paths: str | Path, **options: Any) -> Iterator[list[FileSystemEvent]]:
    """Yields batches of events of `paths`, for ever. Options are those of Watcher."""
    with Watcher(*paths, **options) as watcher:
        while True:
            yield watcher.read()


async def awatch(*paths: str | Path, **options: Any) -> AsyncIterator[list[FileSystemEvent]]:
    """The same for asyncio: waits without a thread. Ends when its task is cancelled.

    Set-up runs in the loop, about 10 ms for a thousand directories.
    """
    import asyncio  # a program with a loop has loaded it

    loop = asyncio.get_running_loop()
    with Watcher(*paths, **options) as watcher:
        ready = asyncio.Event()
        descriptor = watcher.fileno()
        loop.add_reader(descriptor, ready.set)
        try:
            while True:
                await ready.wait()
                first = monotonic()
                seen = -1
                while (now := watcher._waiting.inbox.counters()[0]) != seen:
                    if monotonic() - first >= watcher._longest:
                        break
                    seen = now
                    await asyncio.sleep(watcher._quiet)
                batch = watcher.read(0)
                ready.clear()
                if batch:
                    yield batch
        finally:
            loop.remove_reader(descriptor)
