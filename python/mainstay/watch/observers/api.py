"""What all observers have in common.

An emitter makes the events of one watch and puts them, as `(event, watch)`, into the queue of its
observer. The observer is a thread that takes them out and calls the handlers of the watch, one
event after the other, while it holds its lock: so `unschedule()` and `stop()` return when no
handler runs any longer, unless they are called by one. Any thread may call the methods.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ..events import FileSystemMovedEvent, OverflowEvent
from ..utils import BaseThread
from ..utils.bricks import SkipRepeatsQueue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from ..events import FileSystemEvent, FileSystemEventHandler
    from ..utils import Seconds

DEFAULT_EMITTER_TIMEOUT: Seconds = 1.0
DEFAULT_OBSERVER_TIMEOUT: Seconds = 1.0

logger = logging.getLogger("watchdog.observers.api")


class EventQueue(SkipRepeatsQueue):
    """The queue between emitters and their observer. An event equal to the one before it, which
    still waits, is dropped."""


class ObservedWatch:
    """What is watched: a path, and how. Values, equal when all of that is.

    A file is watched by way of its folder. `exclude` are rules as in .gitignore, relative to the
    path: what they match is neither entered nor reported. With `gitignore` the .gitignore files
    below the path count as well, and `.git` is left out.
    """

    def __init__(
        self,
        path: str | bytes | Path,
        *,
        recursive: bool,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
        follow_symlink: bool = False,
        exclude: Iterable[str] = (),
        gitignore: bool = False,
    ) -> None:
        given: Any = os.fspath(path)
        self.raw_path = given
        self.follow_symlink = follow_symlink
        self.event_filter = None if event_filter is None else frozenset(event_filter)
        if isinstance(exclude, str):
            raise TypeError(f"exclude must be several rules, got the text {exclude!r}; use a list")
        self.exclude = tuple(exclude)
        self.gitignore = gitignore
        self.is_file = os.path.isfile(given)
        absolute = os.path.abspath(given)
        self.resolved_path = os.path.realpath(absolute) if follow_symlink else absolute
        self.path = os.path.dirname(self.resolved_path) if self.is_file else given
        self.is_recursive = recursive and not self.is_file
        self._hash = hash(self.key)  # asked for each event

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two watches equal."""
        key = (self.raw_path, self.is_recursive, self.event_filter, self.follow_symlink)
        return (*key, self.exclude, self.gitignore) if self.exclude or self.gitignore else key

    def __eq__(self, watch: object) -> bool:
        if not isinstance(watch, ObservedWatch):
            return NotImplemented
        return self.key == watch.key

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        names = ""
        if self.event_filter is not None:
            wanted = "|".join(sorted(each.__name__ for each in self.event_filter))
            names = f", event_filter={wanted}"
        if self.exclude:
            names += f", exclude={list(self.exclude)}"
        if self.gitignore:
            names += ", gitignore=True"
        recursive = self.is_recursive
        return f"<{type(self).__name__}: path={self.path!r}, is_recursive={recursive}{names}>"


def _check_timeout(timeout: Seconds) -> Seconds:
    if isinstance(timeout, bool):
        raise TypeError(f"timeout must be a float, not bool (got {timeout!r})")
    return timeout


class EventEmitter(BaseThread):
    """Makes the events of one watch. What derives from it overrides `queue_events`, which is called
    again and again in the emitter's thread, and calls `queue_event` for each."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: Seconds = DEFAULT_EMITTER_TIMEOUT,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
    ) -> None:
        super().__init__()
        self._event_queue = event_queue
        self._watch = watch
        self._timeout = _check_timeout(timeout)
        self._event_filter = None if event_filter is None else frozenset(event_filter)

    @property
    def timeout(self) -> Seconds:
        """Seconds between two looks, where one has to look."""
        return self._timeout

    @property
    def watch(self) -> ObservedWatch:
        """What is watched."""
        return self._watch

    def queue_event(self, event: FileSystemEvent) -> None:
        """Puts an event into the queue, if the filter lets it pass."""
        if self._event_filter is None or isinstance(event, tuple(self._event_filter)):
            self._event_queue.put((event, self.watch))

    def queue_events(self, timeout: Seconds) -> None:
        """Override this to wait for events, for about `timeout` seconds, and queue them."""

    def run(self) -> None:
        """Calls `queue_events` until the emitter is stopped."""
        while self.should_keep_running():
            self.queue_events(self.timeout)


class EventDispatcher(BaseThread):
    """Takes events out of a queue. What derives from it overrides `dispatch_events`."""

    stop_event = object()
    """Put into the queue when the dispatcher is stopped, so that it wakes up."""

    def __init__(self, *, timeout: Seconds = DEFAULT_OBSERVER_TIMEOUT) -> None:
        super().__init__()
        self._event_queue = EventQueue()
        self._timeout = _check_timeout(timeout)

    @property
    def timeout(self) -> Seconds:
        """The timeout that emitters get."""
        return self._timeout

    @property
    def event_queue(self) -> EventQueue:
        """The queue that emitters fill."""
        return self._event_queue

    def stop(self) -> None:
        """Asks the thread to end, once the handler that runs has returned."""
        super().stop()
        try:
            self.event_queue.put_nowait(EventDispatcher.stop_event)
        except queue.Full:
            pass

    def dispatch_events(self, event_queue: EventQueue) -> None:
        """Override this to take an event out of the queue and handle it. May raise queue.Empty."""

    def run(self) -> None:
        """Calls `dispatch_events` until the dispatcher is stopped."""
        while self.should_keep_running():
            try:
                self.dispatch_events(self.event_queue)
            except queue.Empty:
                continue


class _Inherited:
    """Instead of the lock of an observer in the child of a fork, where a thread that is not there
    may hold it."""

    def __enter__(self) -> None:
        raise RuntimeError("this observer was inherited by a fork; make another one here")

    def __exit__(self, *_: object) -> None:
        pass


_observers: WeakSet[BaseObserver] = WeakSet()


def _after_fork_in_child() -> None:
    for each in list(_observers):
        each._lock = _Inherited()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


class BaseObserver(EventDispatcher):
    """Calls handlers for what happens to what they are scheduled for.

    What a handler raises is logged, with its traceback, to the logger "watchdog.observers.api", and
    counted in `handler_errors`; the observer goes on. Further keyword arguments are passed on to
    each emitter.
    """

    def __init__(
        self,
        emitter_class: type[EventEmitter],
        *,
        timeout: Seconds = DEFAULT_OBSERVER_TIMEOUT,
        **kwargs: Any,
    ) -> None:
        super().__init__(timeout=timeout)
        self._emitter_class = emitter_class
        self._emitter_kwargs = kwargs
        self._lock: threading.RLock | _Inherited = threading.RLock()
        _observers.add(self)
        self._watches: set[ObservedWatch] = set()
        self._handlers: defaultdict[ObservedWatch, set[FileSystemEventHandler]] = defaultdict(set)
        self._emitters: set[EventEmitter] = set()
        self._emitter_for_watch: dict[ObservedWatch, EventEmitter] = {}
        self.handler_errors = 0

    @property
    def emitters(self) -> set[EventEmitter]:
        """The emitters of what is scheduled."""
        return self._emitters

    def stop(self) -> None:
        """Asks the thread to end, once the handler that runs has returned. The child of a fork has
        nothing to stop."""
        if type(self._lock) is not _Inherited:
            super().stop()

    def on_thread_start(self) -> None:
        """Starts the emitters. One that cannot start is let go of, and what it raised is raised."""
        for emitter in self._emitters.copy():
            try:
                emitter.start()
            except Exception:
                self._remove_emitter(emitter)
                raise

    def on_thread_stop(self) -> None:
        """Lets go of all that is scheduled."""
        self.unschedule_all()

    def __enter__(self) -> Self:
        """Starts the observer unless it runs."""
        if not self.is_alive():
            self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Stops the observer and waits until it has ended."""
        if self.is_alive():
            self.stop()
            self.join()

    def schedule(
        self,
        event_handler: FileSystemEventHandler,
        path: str | Path,
        *,
        recursive: bool = False,
        event_filter: Iterable[type[FileSystemEvent]] | None = None,
        follow_symlink: bool = False,
        exclude: Iterable[str] = (),
        gitignore: bool = False,
    ) -> ObservedWatch:
        """Has a handler called for what happens to `path`, and below it when `recursive`.

        Only events of the classes in `event_filter` are reported. `exclude` and `gitignore` leave
        things out, see ObservedWatch. Schedule what differs in any of these as often as you like.

        When the observer runs, everything is watched once this returns; else once it has started.
        OSError when the path cannot be watched.
        """
        with self._lock:
            watch = ObservedWatch(
                path,
                recursive=recursive,
                event_filter=event_filter,
                follow_symlink=follow_symlink,
                exclude=exclude,
                gitignore=gitignore,
            )
            known = self._emitter_for_watch.get(watch)
            if known is not None and not known.should_keep_running():
                self._remove_emitter(known)  # what it watched was deleted
                known = None
            if known is None:
                emitter = self._make_emitter(watch, event_filter)
                self._prepare(emitter, event_handler)
                if self.is_alive():
                    emitter.start()
                self._add_emitter(emitter)
            self._add_handler_for_watch(event_handler, watch)
            self._watches.add(watch)
        return watch

    def add_handler_for_watch(
        self, event_handler: FileSystemEventHandler, watch: ObservedWatch
    ) -> None:
        """Has one more handler called for a watch."""
        with self._lock:
            self._add_handler_for_watch(event_handler, watch)

    def remove_handler_for_watch(
        self, event_handler: FileSystemEventHandler, watch: ObservedWatch
    ) -> None:
        """Has a handler called no longer. KeyError when it is not a handler of the watch."""
        with self._lock:
            # Looked up without making an entry for a watch that is not scheduled any more.
            self._handlers.get(watch, set()).remove(event_handler)

    def unschedule(self, watch: ObservedWatch) -> None:
        """Ends a watch. KeyError when it is not scheduled."""
        with self._lock:
            emitter = self._emitter_for_watch[watch]
            self._handlers.pop(watch, set()).clear()
            self._remove_emitter(emitter)
            self._watches.discard(watch)

    def unschedule_all(self) -> None:
        """Ends all watches."""
        with self._lock:
            for handlers in self._handlers.values():
                handlers.clear()  # one of them may be running
            self._handlers.clear()
            self._clear_emitters()
            self._watches.clear()

    def dispatch_events(self, event_queue: EventQueue) -> None:
        """Takes one event out of the queue and calls the handlers of its watch."""
        entry = event_queue.get(block=True)
        try:
            if entry is not EventDispatcher.stop_event:
                self._call_handlers(*entry)
        finally:
            event_queue.task_done()

    def _call_handlers(self, event: FileSystemEvent, watch: ObservedWatch) -> None:
        """Calls the handlers of a watch."""
        if watch.is_file and not _concerns(event, watch):
            return
        with self._lock:
            handlers = self._handlers.get(watch, ())
            for handler in tuple(handlers):
                if handler not in handlers:
                    continue  # one of those before has taken it out
                try:
                    if type(event) is OverflowEvent:
                        _tell_of_overflow(handler, event)
                    else:
                        handler.dispatch(event)
                except Exception:
                    self.handler_errors += 1
                    logger.exception(
                        "Handler %r failed on %r; the observer goes on", handler, event
                    )

    def _make_emitter(
        self, watch: ObservedWatch, event_filter: Iterable[type[FileSystemEvent]] | None
    ) -> EventEmitter:
        return self._emitter_class(
            self.event_queue,
            watch,
            timeout=self.timeout,
            event_filter=event_filter,
            **self._emitter_kwargs,
        )

    def _prepare(self, emitter: EventEmitter, event_handler: FileSystemEventHandler) -> None:
        """Called before an emitter is started for its first handler."""

    def _add_emitter(self, emitter: EventEmitter) -> None:
        self._emitter_for_watch[emitter.watch] = emitter
        self._emitters.add(emitter)

    def _remove_emitter(self, emitter: EventEmitter) -> None:
        del self._emitter_for_watch[emitter.watch]
        self._emitters.remove(emitter)
        emitter.stop()
        _join(emitter)

    def _clear_emitters(self) -> None:
        for emitter in self._emitters:
            emitter.stop()
        for emitter in self._emitters:
            _join(emitter)
        self._emitters.clear()
        self._emitter_for_watch.clear()

    def _add_handler_for_watch(
        self, event_handler: FileSystemEventHandler, watch: ObservedWatch
    ) -> None:
        self._handlers[watch].add(event_handler)


def _join(emitter: EventEmitter) -> None:
    try:
        emitter.join()
    except RuntimeError:
        pass  # it was never started, or it is the thread that asks


def _tell_of_overflow(handler: Any, event: OverflowEvent) -> None:
    told = getattr(handler, "on_overflow", None)
    if told is not None:
        told(event)


def _concerns(event: FileSystemEvent, watch: ObservedWatch) -> bool:
    """Whether an event of the folder of a watched file is one of the file."""
    resolve = os.path.realpath if watch.follow_symlink else os.path.abspath
    paths: list[Any] = [event.src_path]
    if isinstance(event, FileSystemMovedEvent) and event.dest_path:
        paths.append(event.dest_path)
    return any(os.fsdecode(resolve(path)) == os.fsdecode(watch.resolved_path) for path in paths)
