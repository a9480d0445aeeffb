"""Running jobs at the same time, under asyncio or trio, until enough of them have ended.

The only file that knows a library of tasks. Imports it when it is running anyway.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from typing import Any

    Job = Coroutine[Any, Any, None]

__all__ = ["together"]


def together(jobs: Sequence[Job], enough: Callable[[], bool]) -> Awaitable[None]:
    """Run `jobs` as tasks of their own, until all have ended or `enough` says so.

    `enough` is asked whenever one has ended; the others are then cancelled. No job outlives this
    call, also when it is cancelled itself. Jobs keep what they come to for themselves.

    Raises:
        RuntimeError: there is no event loop.
        BaseException: cancellation, and what a job let out.
    """
    if "trio" in sys.modules:
        import sniffio  # comes with trio

        try:
            library = sniffio.current_async_library()
        except sniffio.AsyncLibraryNotFoundError:
            library = "none"
        if library == "trio":
            return _trio(jobs, enough)
    return _asyncio(jobs, enough)


async def _trio(jobs: Sequence[Job], enough: Callable[[], bool]) -> None:
    import trio

    async with trio.open_nursery() as nursery:

        async def do(job: Job) -> None:
            await job
            if enough():
                nursery.cancel_scope.cancel()

        for job in jobs:
            nursery.start_soon(do, job)


async def _asyncio(jobs: Sequence[Job], enough: Callable[[], bool]) -> None:
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        for job in jobs:
            job.close()
        raise RuntimeError(
            "gather() starts tasks and needs a running event loop of asyncio or trio; run what "
            "awaits it by asyncio.run(), or await the hook itself"
        ) from None
    over: asyncio.Future[None] = loop.create_future()
    stopped: list[asyncio.Task[None]] = []  # not by us
    left = len(jobs)

    def ended(task: asyncio.Task[None]) -> None:
        nonlocal left
        left -= 1
        by_itself = task.cancelled() or task.exception() is not None
        if over.done():
            return
        if by_itself:
            stopped.append(task)
        if not left or by_itself or enough():
            over.set_result(None)

    tasks = [loop.create_task(job) for job in jobs]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        if tasks:
            await over
    finally:
        if left:
            await _end({task for task in tasks if not task.done()})
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
