"""Running several coroutines at once: all results, one after another, or mapped over arguments."""

from __future__ import annotations

__all__ = ("amap", "as_completed", "gather")

from contextlib import ExitStack, asynccontextmanager, suppress
from inspect import iscoroutine
from typing import Any, TypeVar, overload

from ..abc._tasks import get_coro_name
from ._exceptions import BrokenResourceError
from ._streams import create_memory_object_stream
from ._tasks import TaskHandle, create_task_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable

    from ..streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

A = TypeVar("A")
R1 = TypeVar("R1")
R2 = TypeVar("R2")
R3 = TypeVar("R3")
R4 = TypeVar("R4")
R5 = TypeVar("R5")
R6 = TypeVar("R6")


@overload
async def gather(
    coro1: Coroutine[Any, Any, R1], coro2: Coroutine[Any, Any, R2], /
) -> tuple[R1, R2]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R1],
    coro2: Coroutine[Any, Any, R2],
    coro3: Coroutine[Any, Any, R3],
    /,
) -> tuple[R1, R2, R3]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R1],
    coro2: Coroutine[Any, Any, R2],
    coro3: Coroutine[Any, Any, R3],
    coro4: Coroutine[Any, Any, R4],
    /,
) -> tuple[R1, R2, R3, R4]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R1],
    coro2: Coroutine[Any, Any, R2],
    coro3: Coroutine[Any, Any, R3],
    coro4: Coroutine[Any, Any, R4],
    coro5: Coroutine[Any, Any, R5],
    /,
) -> tuple[R1, R2, R3, R4, R5]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R1],
    coro2: Coroutine[Any, Any, R2],
    coro3: Coroutine[Any, Any, R3],
    coro4: Coroutine[Any, Any, R4],
    coro5: Coroutine[Any, Any, R5],
    coro6: Coroutine[Any, Any, R6],
    /,
) -> tuple[R1, R2, R3, R4, R5, R6]: ...
@overload
async def gather(*coros: Coroutine[Any, Any, R1]) -> tuple[R1, ...]: ...
async def gather(*coros: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """Run coroutines in a task group; their results in the order of the arguments."""
    handles: list[TaskHandle[Any]] = []
    async with create_task_group() as group:
        handles += [group.create_task(coro) for coro in coros]
    return tuple(handle.return_value for handle in handles)


async def amap(func: Callable[[A], Coroutine[Any, Any, R1]], args: Iterable[A]) -> list[R1]:
    """Run `func` for each of `args` in a task group; the results in the order of `args`."""
    handles: list[TaskHandle[R1]] = []
    async with create_task_group() as group:
        handles += [group.start_soon(func, arg) for arg in args]
    return [handle.return_value for handle in handles]


@asynccontextmanager
async def as_completed(
    *awaitables: Awaitable[R1],
) -> AsyncGenerator[MemoryObjectReceiveStream[TaskHandle[R1]]]:
    """Run awaitables in a task group: a stream of their task handles, in the order they end.

    Leaving the block cancels those that still run.
    """
    if not awaitables:
        raise ValueError("as_completed() takes at least one awaitable")
    send, receive = create_memory_object_stream[TaskHandle[R1]](len(awaitables))
    handles: list[TaskHandle[R1]] = []

    def tell_the_end(place: int, end: MemoryObjectSendStream[TaskHandle[R1]]) -> None:
        with suppress(BrokenResourceError):  # the reader has left
            end.send_nowait(handles[place])

    async def run(
        awaitable: Awaitable[R1], place: int, end: MemoryObjectSendStream[TaskHandle[R1]]
    ) -> R1:
        with end, ExitStack() as at_exit:
            at_exit.callback(tell_the_end, place, end)
            return await awaitable

    async with receive, create_task_group() as group:
        with send:
            for place, each in enumerate(awaitables):
                name = get_coro_name(each) if iscoroutine(each) else None
                handles.append(group.start_soon(run, each, place, send.clone(), name=name))
        try:
            yield receive
        finally:
            group.cancel_scope.cancel()
