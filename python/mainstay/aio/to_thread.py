"""Blocking functions in worker threads, called from tasks."""

from __future__ import annotations

__all__ = ("current_default_thread_limiter", "run_sync")

from typing import TypeVar
from warnings import warn

from ._core._eventloop import get_async_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import TypeVarTuple, Unpack

    from ._core._synchronization import CapacityLimiter

    PosArgsT = TypeVarTuple("PosArgsT")

T_Retval = TypeVar("T_Retval")

_RENAMED = (
    "The `cancellable=` keyword argument to `anyio.to_thread.run_sync` is deprecated since AnyIO "
    "4.1.0; use `abandon_on_cancel=` instead"
)


async def run_sync(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    *args: Unpack[PosArgsT],
    abandon_on_cancel: bool = False,
    cancellable: bool | None = None,
    limiter: CapacityLimiter | None = None,
) -> T_Retval:
    """Run `func(*args)` in a worker thread and return its result.

    A thread cannot be stopped. When the task is cancelled, it waits for the end of the function;
    with `abandon_on_cancel` it leaves at once, and the result is thrown away. `limiter` bounds how
    many threads run, otherwise the default one does. `cancellable` is the old name of
    `abandon_on_cancel`. NoEventLoopError without a running event loop.
    """
    if cancellable is not None:
        warn(_RENAMED, DeprecationWarning, stacklevel=2)
    abandon = abandon_on_cancel if cancellable is None else cancellable
    run = get_async_backend().run_sync_in_worker_thread
    return await run(func, args, abandon_on_cancel=abandon, limiter=limiter)


def current_default_thread_limiter() -> CapacityLimiter:
    """The limiter of `run_sync` in this event loop, with 40 tokens unless that is changed."""
    return get_async_backend().current_default_thread_limiter()
