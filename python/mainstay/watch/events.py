"""What can happen to a file, and the handlers that are told of it.

An event is a small value: a class says what happened and to what kind of thing, `src_path` and
`dest_path` say where. Paths are what was scheduled, joined with names; they are bytes where bytes
were scheduled. Two events are equal when class and fields are.

A handler overrides `on_created` and its relatives. An observer calls it from its own thread, one
event after the other, so a handler needs no lock of its own unless it is scheduled with several
observers. Which methods a handler overrides also decides what the kernel is asked to report:
overriding `on_any_event` or `dispatch` asks for everything.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from ._interest import announce
from .utils.patterns import compiled, conflicts

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT_TYPE_MOVED = "moved"
EVENT_TYPE_DELETED = "deleted"
EVENT_TYPE_CREATED = "created"
EVENT_TYPE_MODIFIED = "modified"
EVENT_TYPE_CLOSED = "closed"
EVENT_TYPE_CLOSED_NO_WRITE = "closed_no_write"
EVENT_TYPE_OPENED = "opened"
EVENT_TYPE_ATTRIB = "attrib"
EVENT_TYPE_OVERFLOW = "overflow"


@dataclass(unsafe_hash=True)
class FileSystemEvent:
    """Something that happened below a watched path.

    Events may be changed, and their hash follows: do not change one that is in a set.
    """

    src_path: bytes | str
    dest_path: bytes | str = ""
    event_type: str = field(default="", init=False)
    is_directory: bool = field(default=False, init=False)
    """Whether it happened to a directory."""
    is_synthetic: bool = field(default=False)
    """Whether it was concluded from other events, or found out later, rather than reported by the
    operating system: what was in a directory that moved, and what a queue that overflowed lost."""


class FileSystemMovedEvent(FileSystemEvent):
    """A file or directory has another name, `dest_path`, than before, `src_path`."""

    event_type = EVENT_TYPE_MOVED


class FileDeletedEvent(FileSystemEvent):
    """A file was deleted, or moved to where nothing is watched."""

    event_type = EVENT_TYPE_DELETED


class FileModifiedEvent(FileSystemEvent):
    """The content of a file was changed."""

    event_type = EVENT_TYPE_MODIFIED


class FileAttribEvent(FileSystemEvent):
    """Times, owner, permissions or other attributes of a file were changed."""

    event_type = EVENT_TYPE_ATTRIB


class FileCreatedEvent(FileSystemEvent):
    """A file was created, or moved here from where nothing is watched."""

    event_type = EVENT_TYPE_CREATED


class FileMovedEvent(FileSystemMovedEvent):
    """A file was moved or renamed."""


class FileClosedEvent(FileSystemEvent):
    """A file that was open for writing was closed. On Linux only."""

    event_type = EVENT_TYPE_CLOSED


class FileClosedNoWriteEvent(FileSystemEvent):
    """A file that was open for reading only was closed. On Linux only."""

    event_type = EVENT_TYPE_CLOSED_NO_WRITE


class FileOpenedEvent(FileSystemEvent):
    """A file was opened. On Linux only."""

    event_type = EVENT_TYPE_OPENED


class DirDeletedEvent(FileSystemEvent):
    """A directory was deleted, or moved to where nothing is watched."""

    event_type = EVENT_TYPE_DELETED
    is_directory = True


class DirModifiedEvent(FileSystemEvent):
    """An entry of a directory was created, deleted, moved or written to."""

    event_type = EVENT_TYPE_MODIFIED
    is_directory = True


class DirAttribEvent(FileSystemEvent):
    """Times, owner, permissions or other attributes of a directory were changed."""

    event_type = EVENT_TYPE_ATTRIB
    is_directory = True


class DirCreatedEvent(FileSystemEvent):
    """A directory was created, or moved here from where nothing is watched."""

    event_type = EVENT_TYPE_CREATED
    is_directory = True


class DirMovedEvent(FileSystemMovedEvent):
    """A directory was moved or renamed, with all that is in it."""

    is_directory = True


class OverflowEvent(FileSystemEvent):
    """The kernel or a program that is behind has lost events below `src_path`, a watched root.

    The tree is compared with what was known; what was missed follows as synthetic events. A
    synthetic one is about a directory for which no watch was left: nothing makes up for it. Goes
    to `on_overflow` alone, never to `on_any_event`.
    """

    event_type = EVENT_TYPE_OVERFLOW
    is_directory = True


class FileSystemEventHandler:
    """What an observer calls. Override the methods whose events you want; each does nothing."""

    def __setattr__(self, name: str, value: object) -> None:
        # `handler.on_any_event = f` asks for more than was asked of the kernel so far.
        object.__setattr__(self, name, value)
        if name.startswith("on_") or name == "dispatch":
            announce()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Hands an event to `on_any_event`, then to the method of its type."""
        self.on_any_event(event)
        getattr(self, f"on_{event.event_type}")(event)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called for each event, before the method of its type."""

    def on_moved(self, event: DirMovedEvent | FileMovedEvent) -> None:
        """Called when a file or directory was moved or renamed."""

    def on_created(self, event: DirCreatedEvent | FileCreatedEvent) -> None:
        """Called when a file or directory was created."""

    def on_deleted(self, event: DirDeletedEvent | FileDeletedEvent) -> None:
        """Called when a file or directory was deleted."""

    def on_modified(self, event: DirModifiedEvent | FileModifiedEvent) -> None:
        """Called when a file was written to, or the entries of a directory changed."""

    def on_attrib(self, event: DirAttribEvent | FileAttribEvent) -> None:
        """Called when attributes of a file or directory were changed."""

    def on_closed(self, event: FileClosedEvent) -> None:
        """Called when a file that was open for writing was closed. On Linux only."""

    def on_closed_no_write(self, event: FileClosedNoWriteEvent) -> None:
        """Called when a file that was open for reading was closed. On Linux only."""

    def on_opened(self, event: FileOpenedEvent) -> None:
        """Called when a file was opened. On Linux only."""

    def on_overflow(self, event: OverflowEvent) -> None:
        """Called when events were lost, before the synthetic ones that make up for them."""


class IgnorePolicy(str, Enum):
    """When an event of two paths, a move, is ignored."""

    ANY = "any"
    """When one of its paths is."""
    ALL = "all"
    """When both are."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, format_spec: str) -> str:
        return str(self.value).__format__(format_spec)


class PathMatchingEventHandler(FileSystemEventHandler):
    """The base of handlers that look at paths: `is_ignored` and `is_included` decide.

    An event is dropped when its paths are ignored, as `ignore_policy` says, or none is included.
    """

    def __init__(
        self,
        *,
        ignore_directories: bool = False,
        case_sensitive: bool = False,
        ignore_policy: IgnorePolicy | Literal["any", "all"] = IgnorePolicy.ANY,
    ) -> None:
        super().__init__()
        self._ignore_directories = ignore_directories
        self._case_sensitive = case_sensitive
        self._ignore_policy = IgnorePolicy(ignore_policy)

    @property
    def ignore_directories(self) -> bool:
        """Whether events of directories are dropped."""
        return self._ignore_directories

    @property
    def case_sensitive(self) -> bool:
        """Whether `a` and `A` are two letters."""
        return self._case_sensitive

    @property
    def ignore_policy(self) -> IgnorePolicy:
        """When a move is ignored."""
        return self._ignore_policy

    def is_ignored(self, path: str) -> bool:
        """Whether events of `path` are to be dropped."""
        raise NotImplementedError

    def is_included(self, path: str) -> bool:
        """Whether events of `path` are wanted."""
        raise NotImplementedError

    def dispatch(self, event: FileSystemEvent) -> None:
        """Hands the event on when its paths are wanted."""
        if self.ignore_directories and event.is_directory:
            return
        source, target = event.src_path, event.dest_path
        paths = []
        if target:
            paths.append(target if isinstance(target, str) else os.fsdecode(target))
        if source:
            paths.append(source if isinstance(source, str) else os.fsdecode(source))
        if len(paths) == 1:  # nearly always, and all policies say the same of one path
            if self.is_ignored(paths[0]) or not self.is_included(paths[0]):
                return
        else:
            ignored = any if self.ignore_policy == IgnorePolicy.ANY else all
            if ignored(map(self.is_ignored, paths)) or not any(map(self.is_included, paths)):
                return
        super().dispatch(event)


class PatternMatchingEventHandler(PathMatchingEventHandler):
    """Calls its methods for paths that match one of `patterns` and none of `ignore_patterns`.

    A pattern matches whole paths as `PurePath.full_match` does: `**/*.py` is every Python file,
    `*.py` one that is watched by a relative name without a folder. With `match="tail"` patterns
    match the end of a path as they did in watchdog 6: `*.py` is every Python file.
    """

    def __init__(
        self,
        *,
        patterns: list[str] | None = None,
        ignore_patterns: list[str] | None = None,
        ignore_directories: bool = False,
        case_sensitive: bool = False,
        ignore_policy: IgnorePolicy | Literal["any", "all"] = IgnorePolicy.ANY,
        match: Literal["full", "tail"] = "full",
    ) -> None:
        super().__init__(
            ignore_directories=ignore_directories,
            case_sensitive=case_sensitive,
            ignore_policy=ignore_policy,
        )
        if match not in ("full", "tail"):
            raise ValueError(f"match must be 'full' or 'tail', got {match!r}")
        self._patterns = patterns
        self._ignore_patterns = ignore_patterns
        self._match = match
        self._validate_rules()

    @property
    def patterns(self) -> list[str] | None:
        """What paths have to match; None is all of them."""
        return self._patterns

    @property
    def ignore_patterns(self) -> list[str] | None:
        """What paths must not match."""
        return self._ignore_patterns

    def is_ignored(self, path: str) -> bool:
        """Whether one of `ignore_patterns` matches `path`."""
        patterns = self.ignore_patterns
        return bool(patterns) and compiled(patterns, self._case_sensitive, self._match)(path)

    def is_included(self, path: str) -> bool:
        """Whether one of `patterns` matches `path`."""
        return compiled(self.patterns, self._case_sensitive, self._match)(path)

    def _validate_rules(self) -> None:
        if self.ignore_patterns:
            included = ["**"] if self.patterns is None else self.patterns
            conflicts("patterns", included, self.ignore_patterns, self.case_sensitive)


class RegexMatchingEventHandler(PathMatchingEventHandler):
    """Calls its methods for paths whose beginning matches one of `regexes`, none of
    `ignore_regexes`."""

    def __init__(
        self,
        *,
        regexes: list[str] | str | None = None,
        ignore_regexes: list[str] | None = None,
        ignore_directories: bool = False,
        case_sensitive: bool = False,
        ignore_policy: IgnorePolicy | Literal["any", "all"] = IgnorePolicy.ANY,
    ) -> None:
        super().__init__(
            ignore_directories=ignore_directories,
            case_sensitive=case_sensitive,
            ignore_policy=ignore_policy,
        )
        wanted = [regexes] if isinstance(regexes, str) else regexes
        flags = re.RegexFlag(0) if case_sensitive else re.IGNORECASE
        self._regexes = [re.compile(each, flags) for each in ([".*"] if wanted is None else wanted)]
        self._ignore_regexes = [re.compile(each, flags) for each in ignore_regexes or ()]
        self._validate_rules()

    @property
    def regexes(self) -> list[re.Pattern[str]]:
        """What the beginning of a path has to match."""
        return self._regexes

    @property
    def ignore_regexes(self) -> list[re.Pattern[str]]:
        """What the beginning of a path must not match."""
        return self._ignore_regexes

    def is_ignored(self, path: str) -> bool:
        """Whether one of `ignore_regexes` matches the beginning of `path`."""
        for each in self.ignore_regexes:  # noqa: SIM110 - half the time of any()
            if each.match(path):
                return True
        return False

    def is_included(self, path: str) -> bool:
        """Whether one of `regexes` matches the beginning of `path`."""
        for each in self.regexes:  # noqa: SIM110
            if each.match(path):
                return True
        return False

    def _validate_rules(self) -> None:
        if self._ignore_regexes:
            included = [each.pattern for each in self._regexes]
            excluded = [each.pattern for each in self._ignore_regexes]
            conflicts("regexes", included, excluded, self.case_sensitive)


class LoggingEventHandler(FileSystemEventHandler):
    """Logs events at level INFO, to `logger` or the root logger."""

    def __init__(self, *, logger: logging.Logger | None = None) -> None:
        super().__init__()
        self.logger = logger or logging.root

    def on_moved(self, event: DirMovedEvent | FileMovedEvent) -> None:
        super().on_moved(event)
        what = _kind(event)
        self.logger.info("Moved %s: from %s to %s", what, event.src_path, event.dest_path)

    def on_created(self, event: DirCreatedEvent | FileCreatedEvent) -> None:
        super().on_created(event)
        self.logger.info("Created %s: %s", _kind(event), event.src_path)

    def on_deleted(self, event: DirDeletedEvent | FileDeletedEvent) -> None:
        super().on_deleted(event)
        self.logger.info("Deleted %s: %s", _kind(event), event.src_path)

    def on_modified(self, event: DirModifiedEvent | FileModifiedEvent) -> None:
        super().on_modified(event)
        self.logger.info("Modified %s: %s", _kind(event), event.src_path)

    def on_attrib(self, event: DirAttribEvent | FileAttribEvent) -> None:
        super().on_attrib(event)
        self.logger.info("Attrib %s: %s", _kind(event), event.src_path)

    def on_closed(self, event: FileClosedEvent) -> None:
        super().on_closed(event)
        self.logger.info("Closed modified file: %s", event.src_path)

    def on_closed_no_write(self, event: FileClosedNoWriteEvent) -> None:
        super().on_closed_no_write(event)
        self.logger.info("Closed read file: %s", event.src_path)

    def on_opened(self, event: FileOpenedEvent) -> None:
        super().on_opened(event)
        self.logger.info("Opened file: %s", event.src_path)


def _kind(event: FileSystemEvent) -> str:
    return "directory" if event.is_directory else "file"


def generate_sub_moved_events(
    src_dir_path: bytes | str, dest_dir_path: bytes | str
) -> Iterator[DirMovedEvent | FileMovedEvent]:
    """Yields a synthetic move for all that is on the disk below a directory that has moved.

    With an empty `src_dir_path`, where it came from is not known, and `src_path` is empty.
    """
    for is_directory, path in _below(dest_dir_path):
        source = src_dir_path + path[len(dest_dir_path) :] if src_dir_path else ""
        kind = DirMovedEvent if is_directory else FileMovedEvent
        yield kind(source, path, is_synthetic=True)


def generate_sub_created_events(
    src_dir_path: bytes | str,
) -> Iterator[DirCreatedEvent | FileCreatedEvent]:
    """Yields a synthetic creation for all that is on the disk below a directory."""
    for is_directory, path in _below(src_dir_path):
        kind = DirCreatedEvent if is_directory else FileCreatedEvent
        yield kind(path, is_synthetic=True)


def _below(top: Any) -> Iterator[tuple[bool, Any]]:
    for root, directories, files in os.walk(top):
        for name in directories:
            yield True, os.path.join(root, name)
        for name in files:
            yield False, os.path.join(root, name)
