"""The task whose end is the end of all others: what lives as long as the program hangs on it."""

from __future__ import annotations

import asyncio
from asyncio import all_tasks, current_task
from asyncio.base_events import _run_until_complete_cb  # type: ignore[attr-defined]

from .._native import find_state
from ..lowlevel import RunVar, _run_vars

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Task = asyncio.Task[Any]

_root_task: RunVar[Task | None] = RunVar("_root_task")


def find_root_task() -> Task:
    """The task that `run_until_complete` runs; else the host of the outermost scope; else this."""
    known = _root_task.get(None)
    if known is not None and not known.done():
        return known
    for task in all_tasks():
        callbacks: Any = getattr(task, "_callbacks", None)
        for callback, context in callbacks or ():
            if callback is _run_until_complete_cb or (
                getattr(callback, "__module__", None) == "uvloop.loop"
            ):
                _root_task.set(task)
                # The variable would keep the task, and so the loop, and so itself.
                task.add_done_callback(_forget, context=context)
                return task
    current = current_task()
    assert current is not None
    state = find_state(current)
    scope: Any = None if state is None else state.cancel_scope
    while scope is not None and scope._parent_scope is not None:
        scope = scope._parent_scope
    return current if scope is None or scope._host_task is None else scope._host_task


def _forget(task: Task) -> None:
    _run_vars.get(task.get_loop(), {}).pop(_root_task, None)
