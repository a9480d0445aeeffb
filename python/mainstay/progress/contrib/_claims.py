"""Threads that take the next item themselves: no future, no queue and no wake-up per item.

All items are there before the first thread begins, as the executor has it: iterables are read by
the caller's thread. What is left is dropped at the first failure, so every item before one that
failed was begun, and the failure with the smallest index is the first in the order of the items.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

# The one that futures use for the same.
_logger = logging.getLogger("concurrent.futures")


def run_claimed(
    executor: ThreadPoolExecutor,
    fn: Callable[..., Any],
    iterables: tuple[Any, ...],
    done: Callable[[], object],
) -> list[Any]:
    """The results of `fn` in order; `done` is called, by the threads, after each item."""
    single = len(iterables) == 1
    tasks: deque[tuple[int, Any]] = deque(
        enumerate(iterables[0] if single else zip(*iterables))  # noqa: B905 - the shortest ends it
    )
    results: list[Any] = [None] * len(tasks)
    failures: dict[int, BaseException] = {}

    def work() -> None:
        while True:
            try:
                at, item = tasks.popleft()  # one step, on free-threaded builds too
            except IndexError:
                return
            try:
                results[at] = fn(item) if single else fn(*item)
            except BaseException as error:
                failures[at] = error
                tasks.clear()
            try:
                done()
            except Exception:  # as a future has it: the task is not to blame
                _logger.exception("exception calling callback for item %d", at)

    try:
        running = []
        for _ in range(min(executor._max_workers, len(tasks))):
            if not tasks:
                break  # the others were quick
            running.append(executor.submit(work))
        for each in running:
            each.result()
    finally:
        tasks.clear()
    if failures:
        error = failures[min(failures)]
        try:
            if isinstance(error, StopIteration):
                raise RuntimeError("generator raised StopIteration") from error
            raise error
        finally:
            del error, failures  # its traceback holds this frame
    return results
