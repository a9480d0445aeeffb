"""Running jobs at the same time, under asyncio or trio, until enough of them have ended.

The only file that knows a library of tasks. Imports it when it is running anyway.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Any

    Job = Callable[[], Awaitable[None]]

__all__ = ["together"]


async def together(jobs: Sequence[Job], enough: Callable[[], bool]) -> None:
    """Run `jobs` as tasks of their own, until all have ended or `enough` says so.

    `enough` is asked whenever one has ended; the others are then cancelled. No job outlives this
    call, also when it is cancelled itself. Jobs keep what they come to for themselves.

    Raises:
        BaseException: cancellation, and what a job let out.
    """
    if "trio" in sys.modules:
        import sniffio  # comes with trio

        if sniffio.current_async_library() == "trio":
            await _trio(jobs, enough)
            return
    await _asyncio(jobs, enough)


async def _trio(jobs: Sequence[Job], enough: Callable[[], bool]) -> None:
    import trio

    async with trio.open_nursery() as nursery:

        async def do(job: Job) -> None:
            await job()
            if enough():
                nursery.cancel_scope.cancel()

        for job in jobs:
            nursery.start_soon(do, job)


async def _asyncio(jobs: Sequence[Job], enough: Callable[[], bool]) -> None:
    import asyncio

    tasks = [asyncio.ensure_future(job()) for job in jobs]
    pending: set[asyncio.Future[None]] = set(tasks)
    stopped: set[asyncio.Future[None]] = set()  # not by us
    try:
        while pending and not enough() and not stopped:
            ended, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            stopped = {task for task in ended if task.cancelled() or task.exception()}
    finally:
        await _end(pending)
    for task in stopped:
        task.result()  # raises


async def _end(pending: set[Any]) -> None:
    """Cancel tasks and wait until they have ended, whatever they and others do meanwhile."""
    import asyncio

    cancellation = None
    for task in pending:
        task.cancel()
    while pending:
        try:
            _, pending = await asyncio.wait(pending)
        except asyncio.CancelledError as error:  # of us, while we were waiting for them
            cancellation = error
    if cancellation is not None:
        raise cancellation
