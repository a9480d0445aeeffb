"""Letting other tasks run on asyncio, with and without a look at cancellation."""

from __future__ import annotations

from asyncio import current_task, sleep

from ._scopes import CancelScope, _task_states


async def checkpoint() -> None:
    """Let other tasks run, and raise if this one is cancelled."""
    await sleep(0)


async def checkpoint_if_cancelled() -> None:
    """Raise if a scope around the task is cancelled; otherwise return at once."""
    task = current_task()
    state = None if task is None else _task_states.get(task)
    if state is None or state.cancel_scope is None:
        return
    # The exception comes with the delivery of the scope, which may take a turn.
    while state.cancel_scope._effectively_cancelled:
        await sleep(0)


async def cancel_shielded_checkpoint() -> None:
    """Let other tasks run, whether this one is cancelled or not."""
    with CancelScope(shield=True):
        await sleep(0)
