"""The lock that bars draw under: one for threads and one for processes, taken in this order.

The lock for processes is made with the first TqdmDefaultWriteLock, never at import: making it fixes
the start method of multiprocessing. Child processes share it when they were forked, or when it was
handed to them.
"""

from __future__ import annotations

from threading import RLock
from warnings import warn

from ._errors import TqdmDeprecationWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def TRLock(*args: Any, **kwargs: Any) -> Any:  # noqa: N802 - the name people know
    """A reentrant lock for threads."""
    return RLock(*args, **kwargs)


class TqdmDefaultWriteLock:
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
        self.locks = [lock for lock in (cls.mp_lock, root) if lock is not None]

    def acquire(self, *args: Any, **kwargs: Any) -> bool | None:
        """Take all locks; with `False` only if they are free."""
        for at, lock in enumerate(self.locks):
            if lock.acquire(*args, **kwargs) is False:
                for taken in reversed(self.locks[:at]):
                    taken.release()
                return False
        return True

    def release(self) -> None:
        """Let the locks go, the last one first."""
        for lock in reversed(self.locks):
            lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

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
