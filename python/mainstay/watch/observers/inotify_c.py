"""The kernel's queue of file events as an object, and the kernel's constants.

Reading and understanding the queue is native; see `mainstay.watch.observers.inotify`.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NewType

from .._native import Source

if TYPE_CHECKING:
    from ..utils import Seconds

WatchDescriptor = NewType("WatchDescriptor", int)
Mask = NewType("Mask", int)
CallbackId = NewType("CallbackId", int)


class InotifyConstants:
    """Bits of the kernel's events, from its header."""

    IN_ACCESS = Mask(0x00000001)
    IN_MODIFY = Mask(0x00000002)
    IN_ATTRIB = Mask(0x00000004)
    IN_CLOSE_WRITE = Mask(0x00000008)
    IN_CLOSE_NOWRITE = Mask(0x00000010)
    IN_OPEN = Mask(0x00000020)
    IN_MOVED_FROM = Mask(0x00000040)
    IN_MOVED_TO = Mask(0x00000080)
    IN_CREATE = Mask(0x00000100)
    IN_DELETE = Mask(0x00000200)
    IN_DELETE_SELF = Mask(0x00000400)
    IN_MOVE_SELF = Mask(0x00000800)
    IN_MOVE = Mask(0x000000C0)
    IN_UNMOUNT = Mask(0x00002000)
    IN_Q_OVERFLOW = Mask(0x00004000)
    IN_IGNORED = Mask(0x00008000)
    IN_ONLYDIR = Mask(0x01000000)
    IN_DONT_FOLLOW = Mask(0x02000000)
    IN_EXCL_UNLINK = Mask(0x04000000)
    IN_MASK_ADD = Mask(0x20000000)
    IN_ISDIR = Mask(0x40000000)
    IN_ONESHOT = Mask(0x80000000)
    IN_ALL_EVENTS = Mask(0x00000FFF)
    IN_CLOEXEC = Mask(0x02000000)
    IN_NONBLOCK = Mask(0x00004000)


WATCHDOG_ALL_EVENTS = Mask(
    (InotifyConstants.IN_ALL_EVENTS & ~InotifyConstants.IN_ACCESS & ~InotifyConstants.IN_MOVE_SELF)
    | InotifyConstants.IN_DONT_FOLLOW
)


@dataclass(unsafe_hash=True, frozen=True)
class InotifyEvent:
    """One event of the kernel's. `name` is empty when it happened to the watched thing itself."""

    wd: WatchDescriptor
    mask: Mask
    cookie: int
    name: bytes

    def __repr__(self) -> str:
        bits = [
            name
            for name, bit in vars(InotifyConstants).items()
            if name.startswith("IN_") and name not in _SUMS and self.mask & bit
        ]
        kind, name = type(self).__name__, os.fsdecode(self.name)
        mask = "|".join(bits)
        return f"<{kind}: wd={self.wd}, mask={mask}, cookie={self.cookie}, name={name!r}>"


_SUMS = frozenset({"IN_ALL_EVENTS", "IN_MOVE"})


@dataclass
class Watch:
    """A name that programs import: what the kernel watches under one number."""

    wd: WatchDescriptor
    mask: Mask
    path: bytes


class InotifyFD:
    """One of the kernel's queues. All of a process are read by one native thread.

    Made by each observer for its emitters, and once for emitters that have no observer. OSError
    when this user has as many as are allowed. Any thread may call the methods.
    """

    _instance: ClassVar[InotifyFD | None] = None
    _global_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self.source = Source()
        self._started = False
        self._closed = False

    @classmethod
    def get_instance(cls) -> InotifyFD:
        """The one for emitters that have no observer."""
        with cls._global_lock:
            if cls._instance is None or cls._instance._closed:
                cls._instance = InotifyFD()
                cls._instance.start()
            return cls._instance

    @property
    def _inotify_fd(self) -> int:
        return self.source.fileno()

    def start(self) -> None:
        """Marks it as in use; it is read from the start."""
        self._started = True

    def stop(self) -> None:
        """Ends all its watches and closes it."""
        self._closed = True
        self.source.close()

    def join(self, timeout: Seconds | None = None) -> None:
        """Returns at once: `stop()` has waited."""

    def is_alive(self) -> bool:
        """Whether it was started, and neither stopped nor inherited by a fork."""
        return self._started and not self._closed and self.source.fileno() >= 0
