"""Descriptions of asyncio tasks, and the wait until all of them wait."""

from __future__ import annotations

import asyncio
import weakref
from asyncio import all_tasks, current_task

from .._core._testing import TaskInfo
from .._native import find_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Task = asyncio.Task[Any]


class AsyncIOTaskInfo(TaskInfo):
    """A description of an asyncio task; does not keep it alive."""

    __slots__ = ("_task",)

    def __init__(self, task: Task) -> None:
        state = find_state(task)
        coro: Any = task.get_coro()
        super().__init__(
            id(task), None if state is None else state.parent_id, task.get_name(), coro
        )
        self._task = weakref.ref(task)

    def has_pending_cancellation(self) -> bool:
        task: Any = self._task()
        if task is None:
            return False
        waits_for = task._fut_waiter
        if task._must_cancel or (isinstance(waits_for, asyncio.Future) and waits_for.cancelled()):
            return True
        state = find_state(task)
        scope = None if state is None else state.cancel_scope
        return scope is not None and scope._effectively_cancelled


async def wait_all_tasks_blocked() -> None:
    """Wait until each other task of the loop waits for a future."""
    await asyncio.sleep(0)
    this = current_task()
    while any(_is_about_to_run(task) for task in all_tasks() if task is not this):
        await asyncio.sleep(0.1)


def _is_about_to_run(task: Task) -> bool:
    waits_for = task._fut_waiter  # type: ignore[attr-defined]
    return waits_for is None or waits_for.done()
