"""Observing by looking again and again. Works on every file system, and finds out late.

What was opened, read and closed cannot be seen this way; what was created and deleted between two
looks was not there.
"""

from __future__ import annotations

import logging
import os
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from ..events import (
    DirAttribEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
)
from ..utils.dirsnapshot import DirectorySnapshot, DirectorySnapshotDiff, EmptyDirectorySnapshot
from .api import DEFAULT_EMITTER_TIMEOUT, DEFAULT_OBSERVER_TIMEOUT, BaseObserver, EventEmitter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..events import FileSystemEvent
    from ..utils import Seconds
    from .api import EventQueue, ObservedWatch

logger = logging.getLogger("watchdog.observers.polling")


class PollingEmitter(EventEmitter):
    """Compares snapshots of a directory, one every `timeout` seconds.

    When the directory is gone a DirDeletedEvent is queued and the emitter ends. Any other OSError
    is logged once and tried again: what happened meanwhile is reported when it works again.
    """

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: Seconds = DEFAULT_EMITTER_TIMEOUT,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
        stat: Callable[[str], os.stat_result] = os.stat,
        listdir: Callable[[str], Iterator[os.DirEntry[Any]]] = os.scandir,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._snapshot: DirectorySnapshot = EmptyDirectorySnapshot()
        self._lock = threading.Lock()
        self._snapshot_failing = False

        def take_snapshot() -> DirectorySnapshot:
            return DirectorySnapshot(
                watch.path,
                recursive=watch.is_recursive,
                stat=stat,
                listdir=listdir,
                exclude=watch.exclude,
                gitignore=watch.gitignore,
            )

        self._take_snapshot: Callable[[], DirectorySnapshot] = take_snapshot

    def on_thread_start(self) -> None:
        """Takes the snapshot that the first look is compared with."""
        self._snapshot = self._take_snapshot()

    def queue_events(self, timeout: Seconds) -> None:
        """Waits `timeout` seconds, or until it is stopped, and queues what has changed."""
        if self.stopped_event.wait(timeout):
            return
        with self._lock:
            if not self.should_keep_running():
                return
            try:
                snapshot = self._take_snapshot()
            except (FileNotFoundError, NotADirectoryError):
                self.queue_event(DirDeletedEvent(self.watch.path))
                self.stop()
                return
            except OSError as error:
                if not self._snapshot_failing:
                    self._snapshot_failing = True
                    logger.warning(
                        "Cannot take a snapshot of %r, will retry: %s", self.watch.path, error
                    )
                return
            if self._snapshot_failing:
                self._snapshot_failing = False
                logger.info("Snapshot of %r succeeded again, resuming", self.watch.path)
            changes = DirectorySnapshotDiff(self._snapshot, snapshot)
            self._snapshot = snapshot
            self._queue_changes(changes)

    def _queue_changes(self, changes: DirectorySnapshotDiff) -> None:
        found: list[tuple[Any, list[Any]]] = [
            (FileDeletedEvent, changes.files_deleted),
            (FileModifiedEvent, changes.files_modified),
            (FileCreatedEvent, changes.files_created),
            (FileMovedEvent, changes.files_moved),
            (FileAttribEvent, changes.files_attrib),
            (DirDeletedEvent, changes.dirs_deleted),
            (DirModifiedEvent, changes.dirs_modified),
            (DirCreatedEvent, changes.dirs_created),
            (DirMovedEvent, changes.dirs_moved),
            (DirAttribEvent, changes.dirs_attrib),
        ]
        for kind, paths in found:
            for each in paths:
                self.queue_event(kind(*each) if isinstance(each, tuple) else kind(each))


class PollingObserver(BaseObserver):
    """Looks every `timeout` seconds."""

    def __init__(self, *, timeout: Seconds = DEFAULT_OBSERVER_TIMEOUT) -> None:
        super().__init__(PollingEmitter, timeout=timeout)


class PollingObserverVFS(BaseObserver):
    """Looks every `polling_interval` seconds, with functions like `os.stat` and `os.scandir`."""

    def __init__(
        self,
        stat: Callable[[str], os.stat_result],
        listdir: Callable[[str], Iterator[os.DirEntry[Any]]],
        *,
        polling_interval: Seconds = 1,
    ) -> None:
        emitter_class: Any = partial(PollingEmitter, stat=stat, listdir=listdir)
        super().__init__(emitter_class, timeout=polling_interval)
