"""Observing by inotify, on Linux.

What the kernel reports is read, understood and filtered by one native thread per process, whatever
Python is doing. Emitters of an InotifyObserver have no thread of their own: the observer's takes
their events out of the native inbox in batches. Emitters that are given another queue, and classes
derived from InotifyEmitter, are threads that fill it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from .. import _interest, _network
from .._native import Inbox, set_event_classes
from ..events import OverflowEvent
from .api import (
    DEFAULT_EMITTER_TIMEOUT,
    DEFAULT_OBSERVER_TIMEOUT,
    BaseObserver,
    EventEmitter,
    EventQueue,
)
from .inotify_c import InotifyFD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..events import FileSystemEvent, FileSystemEventHandler
    from ..utils import Seconds
    from .api import ObservedWatch

logger = logging.getLogger("watchdog.observers.inotify")

DEFAULT_QUEUE_BYTES = 256 * 1024 * 1024
"""What may wait for a program that is behind; from there on it counts as an overflow."""

MOVE_WINDOW: Seconds = 0.5
"""How long the first half of a move waits for the second."""

set_event_classes(tuple(_interest.classes()))


class InboxQueue(EventQueue):
    """The event queue of an InotifyObserver: what is put into it by Python, and the native inbox.

    What comes from the inbox is in the order the kernel reported it. `get` prefers what was put.
    """

    def __init__(self, most_bytes: int = DEFAULT_QUEUE_BYTES) -> None:
        super().__init__()
        self.inbox = Inbox(most_bytes)
        self._ready: deque[Any] = deque()
        self._owners: dict[ObservedWatch, InotifyEmitter] = {}

    def _put(self, item: Any) -> None:
        super()._put(item)
        self.inbox.wake()

    def qsize(self) -> int:
        """How many entries are ready. What is still in the inbox is not counted."""
        return super().qsize() + len(self._ready)

    def empty(self) -> bool:
        """Whether none is."""
        return not self.qsize()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Removes and returns an entry; waits for one for at most `timeout` seconds."""
        end = None if timeout is None else monotonic() + timeout
        while True:
            if self.queue:
                try:
                    return super().get(block=False)
                except queue.Empty:
                    continue  # another thread was faster
            entry = self.pop_ready()
            if entry is not None:
                return entry
            left = None if end is None else max(0.0, end - monotonic())
            if not block:
                left = 0.0
            self.fill(left)
            if not self._ready and not self.queue and left is not None and (left <= 0 or not block):
                raise queue.Empty

    def pop_ready(self) -> tuple[FileSystemEvent, ObservedWatch] | None:
        """The next event that was taken out of the inbox already."""
        while self._ready:
            try:
                event, watch = self._ready.popleft()
            except IndexError:
                break  # another thread was faster
            if event is None:
                self._has_ended(watch)
                continue
            if type(event) is OverflowEvent:
                log_overflow(event)
            return event, watch
        return None

    def fill(self, timeout: Seconds | None, quiet: Seconds = 0, longest: Seconds = 0) -> int:
        """Moves a batch from the inbox to what is ready; returns how many events it had."""
        # Signal handlers run in the main thread only.
        main = threading.current_thread() is threading.main_thread()
        batch = self.inbox.take(timeout, quiet, longest, main)
        with self.mutex:
            self._ready.extend(batch)
            self.unfinished_tasks += len(batch)
        return len(batch)

    def tasks_done(self, count: int) -> None:
        """The same as so many calls of `task_done`."""
        with self.all_tasks_done:
            self.unfinished_tasks -= count
            if self.unfinished_tasks == 0:
                self.all_tasks_done.notify_all()

    def _has_ended(self, watch: ObservedWatch) -> None:
        self.task_done()
        emitter = self._owners.get(watch)
        if emitter is not None and emitter.watch is watch:  # not one that was made since
            emitter.stop()

    def attach(self, emitter: InotifyEmitter) -> int:
        """A number in the inbox for the events of an emitter."""
        self._owners[emitter.watch] = emitter
        number: int = self.inbox.add_watch(emitter.watch, isinstance(emitter.watch.path, bytes))
        return number

    def detach(self, emitter: InotifyEmitter, number: int) -> None:
        """Drops what is left of an emitter, and frees its number."""
        if self._owners.get(emitter.watch) is emitter:
            del self._owners[emitter.watch]
        self.inbox.remove_watch(number)


def log_overflow(event: OverflowEvent) -> None:
    """Tells of lost events where the peer does."""
    logging.getLogger("watchdog.observers.inotify_c").warning(
        "Inotify watch limit reached; events below %r and in directories made from now on are not "
        "reported; raise fs.inotify.max_user_watches, or leave folders out with exclude="
        if event.is_synthetic
        else "Inotify queue overflowed; filesystem events below %r were lost, "
        "and are made up for by looking",
        event.src_path,
    )


class InotifyEmitter(EventEmitter):
    """Makes events of what the kernel reports below a directory.

    `event_mask` of kinds and filter decide what the kernel is asked for. OSError from `start()`
    when the directory cannot be watched, or there are more below it than may be.
    """

    full_events = False

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: Seconds = DEFAULT_EMITTER_TIMEOUT,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
        inotify_fd: InotifyFD | None = None,
        move_window: Seconds | None = None,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._inotify_fd = InotifyFD.get_instance() if inotify_fd is None else inotify_fd
        self._move_window = MOVE_WINDOW if move_window is None else move_window
        self._kinds = _interest.of_filter(self._event_filter)
        self._wanted = self._kinds
        self._subscription: int | None = None
        self._number = 0
        self._running = False
        self._state_lock = threading.Lock()
        # Whether the observer's thread takes the events, or one of its own.
        self._attached = isinstance(event_queue, InboxQueue) and _is_plain(type(self))
        own = isinstance(event_queue, InboxQueue) and self._attached
        self._inbox_queue: InboxQueue = event_queue if own else InboxQueue()  # type: ignore[assignment]

    def on_thread_start(self) -> None:
        """Watches what is there."""
        watch, inbox = self.watch, self._inbox_queue
        self._number = inbox.attach(self)
        options = {
            "number": self._number,
            "kinds": self._wanted,
            "recursive": watch.is_recursive,
            "follow_links": watch.follow_symlink,
            "full": self.full_events,
            "skip": self._attached,
            "exclude": watch.exclude,
            "gitignore": watch.gitignore,
            "only": watch.resolved_path if watch.is_file and self._attached else None,
            "move_window": self._move_window,
        }
        try:
            self._subscription = self._inotify_fd.source.add(inbox.inbox, watch.path, options)
        except BaseException:
            inbox.detach(self, self._number)
            raise

    def start(self) -> None:
        """Starts to watch, once."""
        if not self._attached:
            super().start()
            return
        with self._state_lock:
            if self._subscription is not None or not self.should_keep_running():
                raise RuntimeError("threads can only be started once")
            self.on_thread_start()
            self._running = True

    def should_keep_running(self) -> bool:
        """Whether it was not stopped, and what it watches is still there."""
        subscription = self._subscription if self._attached else None
        if subscription is None or not super().should_keep_running():
            return super().should_keep_running()
        return self._inotify_fd.source.set_kinds(subscription, self._wanted)

    def on_thread_stop(self) -> None:
        """Watches nothing any longer."""
        with self._state_lock:
            subscription, self._subscription = self._subscription, None
            self._running = False
        if subscription is not None:
            self._inotify_fd.source.remove(subscription)
            self._inbox_queue.detach(self, self._number)
        self._inbox_queue.inbox.wake()

    def is_alive(self) -> bool:
        """Whether it watches."""
        return self._running if self._attached else super().is_alive()

    def join(self, timeout: Seconds | None = None) -> None:
        """Waits for its thread, if it has one."""
        if not self._attached:
            super().join(timeout)

    def queue_events(self, timeout: Seconds) -> None:
        """Waits for events and queues them; returns early when the emitter is stopped."""
        inbox = self._inbox_queue
        inbox.fill(None)
        while (entry := inbox.pop_ready()) is not None:
            if not self.should_keep_running():
                return
            if type(entry[0]) is not OverflowEvent:
                self.queue_event(entry[0])

    def want(self, kinds: int) -> None:
        """What of it is wanted, as bits of kinds; takes effect now or when it is started."""
        wanted = kinds & self._kinds
        if wanted == self._wanted:
            return
        self._wanted = wanted
        subscription = self._subscription
        if subscription is not None:
            self._inotify_fd.source.set_kinds(subscription, wanted)


class InotifyFullEmitter(InotifyEmitter):
    """Reports moves over the border of what is watched as moves with one side empty, rather than as
    creations and deletions."""

    full_events = True


def _is_plain(kind: type) -> bool:
    """Whether a class does nothing that its base here does not."""
    return kind in (InotifyEmitter, InotifyFullEmitter)


class InotifyObserver(BaseObserver):
    """Observes by inotify.

    `generate_full_events` is explained by InotifyFullEmitter. `most_queued_bytes` is what may wait
    when handlers are behind, before events count as lost; `move_window` how many seconds the first
    half of a move waits for the second. Where inotify does not see what others change, on network
    file systems, a watch polls every `timeout` seconds, unless `network_polling` is false.

    OSError when this user has as many queues of the kernel's as are allowed.
    """

    def __init__(
        self,
        *,
        timeout: Seconds = DEFAULT_OBSERVER_TIMEOUT,
        generate_full_events: bool = False,
        most_queued_bytes: int = DEFAULT_QUEUE_BYTES,
        move_window: Seconds = MOVE_WINDOW,
        network_polling: bool = True,
    ) -> None:
        self._inotify_fd = InotifyFD()
        self._inotify_fd.start()
        self._network_polling = network_polling
        kind = InotifyFullEmitter if generate_full_events else InotifyEmitter
        super().__init__(
            kind, timeout=timeout, inotify_fd=self._inotify_fd, move_window=move_window
        )
        self._event_queue = InboxQueue(most_queued_bytes)
        _interest.listeners.add(self)

    def on_thread_stop(self) -> None:
        """Lets go of all that is scheduled, and of the kernel's queue."""
        super().on_thread_stop()
        self._inotify_fd.stop()
        self._inotify_fd.join()

    def fileno(self) -> int:
        """A descriptor that is readable while there are events, for programs that call
        `dispatch_events` themselves instead of `start()`."""
        inbox_queue = self._event_queue
        assert isinstance(inbox_queue, InboxQueue)
        return inbox_queue.inbox.fileno()

    @property
    def counters(self) -> dict[str, int]:
        """What was counted so far: events of the kernel's and those queued, how often either queue
        overflowed and a tree was looked through again, directories that are and cannot be watched,
        bytes that are queued and in trees, handlers that raised."""
        inbox_queue = self._event_queue
        assert isinstance(inbox_queue, InboxQueue)
        events, queued, most = inbox_queue.inbox.counters()
        return {
            **self._inotify_fd.source.counters(),
            "queued_events": events,
            "queued_bytes": queued,
            "most_queued_bytes": most,
            "handler_errors": self.handler_errors,
        }

    def dispatch_events(self, event_queue: EventQueue) -> None:
        """Takes an event out of the queue, waiting for it, and then what else is ready; calls the
        handlers of their watches."""
        super().dispatch_events(event_queue)
        if not isinstance(event_queue, InboxQueue):
            return
        done, stopped, take = 0, self.stopped_event.is_set, event_queue.pop_ready
        try:
            while not event_queue.queue and not stopped() and (entry := take()) is not None:
                done += 1
                self._call_handlers(*entry)
        finally:
            event_queue.tasks_done(done)

    def _make_emitter(
        self, watch: ObservedWatch, event_filter: Iterable[type[FileSystemEvent]] | None
    ) -> EventEmitter:
        if self._network_polling and _network.needs_polling(watch.path):
            from .polling import PollingEmitter  # loaded by whoever watches a network mount

            logger.warning(
                "%r is on a network file system, where inotify sees no changes by others; "
                "it is polled every %s seconds",
                watch.path,
                self.timeout,
            )
            return PollingEmitter(
                self.event_queue, watch, timeout=self.timeout, event_filter=event_filter
            )
        return super()._make_emitter(watch, event_filter)

    def _prepare(self, emitter: EventEmitter, event_handler: FileSystemEventHandler) -> None:
        if isinstance(emitter, InotifyEmitter):
            emitter.want(_interest.of_handler(event_handler))

    def _add_handler_for_watch(
        self, event_handler: FileSystemEventHandler, watch: ObservedWatch
    ) -> None:
        super()._add_handler_for_watch(event_handler, watch)
        self._renew(watch)

    def renew_interest(self) -> None:
        """Looks again which methods handlers override."""
        for watch in list(self._watches):  # without the lock: a handler may run for long
            self._renew(watch)

    def _renew(self, watch: ObservedWatch) -> None:
        emitter = self._emitter_for_watch.get(watch)
        if isinstance(emitter, InotifyEmitter):
            wanted = 0
            for handler in list(self._handlers.get(watch, ())):
                wanted |= _interest.of_handler(handler)
            emitter.want(wanted)


class InotifyWatchGroup:
    """A name that programs import. Directories are kept by the engine (docs/internals/watch.md)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError(
            "InotifyWatchGroup is internal to watchdog and not available here; "
            "use an InotifyObserver, or an InotifyEmitter with a queue of your own"
        )
