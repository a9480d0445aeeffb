"""The lock that bars draw under: one for threads and one for processes, taken in this order.

The lock for processes is made with the first TqdmDefaultWriteLock, never at import: making it fixes
the start method of multiprocessing. Child processes share it when they were forked, or when it was
handed to them. The lock for threads is free in a forked child, whose thread cannot wait for one
of the parent's.
"""

from __future__ import annotations

import os
from threading import RLock
from warnings import warn

from ._errors import TqdmDeprecationWarning
from ._native import Locks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def TRLock(*args: Any, **kwargs: Any) -> Any:  # noqa: N802 - the name people know
    """A reentrant lock for threads."""
    return RLock(*args, **kwargs)


class TqdmDefaultWriteLock(Locks):
    """Both locks as one. May be shared by threads and forked processes."""

    th_lock: Any = TRLock()
    mp_lock: Any

    def __init__(self) -> None:
        cls = type(self)
        root = cls.th_lock
        if root is None:
            cls.create_mp_lock()
        else:
            with root:
                cls.create_mp_lock()
        self.locks = tuple(lock for lock in (cls.mp_lock, root) if lock is not None)

    @classmethod
    def create_mp_lock(cls) -> None:
        """Make the lock for processes, once; None where the system has no semaphores."""
        if hasattr(cls, "mp_lock"):
            return
        try:
            from multiprocessing import RLock as ProcessLock

            cls.mp_lock = ProcessLock()
        except (ImportError, OSError):
            cls.mp_lock = None

    @classmethod
    def create_th_lock(cls) -> None:
        """Deprecated: the lock for threads is always there."""
        warn("create_th_lock not needed anymore", TqdmDeprecationWarning, stacklevel=2)


def _free_in_child() -> None:
    shared = getattr(getattr(TqdmDefaultWriteLock, "mp_lock", None), "_semlock", None)
    if shared is not None and not shared._is_mine():
        # The parent's thread lets go of it, but it was counted here as well: a lock that was taken
        # once more than let go would never be free again, for the parent neither.
        shared._after_fork()
    lock = TqdmDefaultWriteLock.th_lock
    if hasattr(lock, "_at_fork_reinit") and not lock._is_owned():
        lock._at_fork_reinit()


os.register_at_fork(after_in_child=_free_in_child)
