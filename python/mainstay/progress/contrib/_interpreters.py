"""The lock that interpreters of one process share, and how a worker gets it."""

from __future__ import annotations

import sys
from queue import Empty
from threading import RLock, get_ident
from time import monotonic
from typing import Any


class _InterpreterLock:
    """A reentrant lock: who holds it has taken the one item of a queue between interpreters."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._lock = RLock()  # among the threads of this interpreter
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; False when it was not to be had in time."""
        deadline = None if timeout == -1 else monotonic() + timeout
        if not self._lock.acquire(blocking, timeout):
            return False
        taken = False
        try:
            taken = self._depth > 0 or self._take(blocking, deadline)
        finally:
            if not taken:
                self._lock.release()
        if taken:
            self._owner = get_ident()
            self._depth += 1
        return taken

    def _take(self, blocking: bool, deadline: float | None) -> bool:
        try:
            if blocking:
                left = None if deadline is None else max(0, deadline - monotonic())
                self._queue.get(timeout=left)
            else:
                self._queue.get_nowait()
        except Empty:
            return False
        return True

    def release(self) -> None:
        """Let the lock go. RuntimeError when this thread does not hold it."""
        if get_ident() != self._owner:
            raise RuntimeError("cannot release un-acquired lock")
        if self._depth == 1:
            self._owner = None
            self._queue.put(None)
        self._depth -= 1
        self._lock.release()

    def __enter__(self) -> _InterpreterLock:
        self.acquire()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()


def interpreter_start(tqdm_class: Any, queue_id: int) -> str:
    """What a worker runs first: the caller's path, and the lock for its copy of `tqdm_class`."""
    return f"""\
import sys
sys.path[:] = {sys.path!r}
from concurrent.interpreters import Queue
from functools import reduce
from importlib import import_module
from {__name__} import _InterpreterLock
names = {tqdm_class.__qualname__.split(".")!r}
cls = reduce(getattr, names, import_module({tqdm_class.__module__!r}))
cls.monitor_interval = 0
cls.set_lock(_InterpreterLock(Queue({queue_id!r})))
"""
