"""Running several coroutines at once: all results, one after another, or mapped over arguments."""

from __future__ import annotations

__all__ = ("amap", "as_completed", "gather")

from contextlib import asynccontextmanager, suppress
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

R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")


@overload
async def gather(
    coro1: Coroutine[Any, Any, R], coro2: Coroutine[Any, Any, S], /
) -> tuple[R, S]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R],
    coro2: Coroutine[Any, Any, S],
    coro3: Coroutine[Any, Any, T],
    /,
) -> tuple[R, S, T]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R],
    coro2: Coroutine[Any, Any, S],
    coro3: Coroutine[Any, Any, T],
    coro4: Coroutine[Any, Any, U],
    /,
) -> tuple[R, S, T, U]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R],
    coro2: Coroutine[Any, Any, S],
    coro3: Coroutine[Any, Any, T],
    coro4: Coroutine[Any, Any, U],
    coro5: Coroutine[Any, Any, V],
    /,
) -> tuple[R, S, T, U, V]: ...
@overload
async def gather(
    coro1: Coroutine[Any, Any, R],
    coro2: Coroutine[Any, Any, S],
    coro3: Coroutine[Any, Any, T],
    coro4: Coroutine[Any, Any, U],
    coro5: Coroutine[Any, Any, V],
    coro6: Coroutine[Any, Any, W],
    /,
) -> tuple[R, S, T, U, V, W]: ...
@overload
async def gather(*coros: Coroutine[Any, Any, R]) -> tuple[R, ...]: ...
async def gather(*coros: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """Run coroutines in a task group; their results in the order of the arguments."""
    handles: list[TaskHandle[Any]] = []
    async with create_task_group() as group:
        handles += [group.create_task(coro) for coro in coros]
    return tuple(handle.return_value for handle in handles)


async def amap(func: Callable[[T], Coroutine[Any, Any, R]], args: Iterable[T]) -> list[R]:
    """Run `func` for each of `args` in a task group; the results in the order of `args`."""
    handles: list[TaskHandle[R]] = []
    async with create_task_group() as group:
        handles += [group.start_soon(func, arg) for arg in args]
    return [handle.return_value for handle in handles]


@asynccontextmanager
async def as_completed(
    *awaitables: Awaitable[R],
) -> AsyncGenerator[MemoryObjectReceiveStream[TaskHandle[R]]]:
    """Run awaitables in a task group: a stream of their task handles, in the order they end.

    Leaving the block cancels those that still run.
    """
    if not awaitables:
        raise ValueError("as_completed() takes at least one awaitable")
    send, receive = create_memory_object_stream[TaskHandle[R]](len(awaitables))
    handles: list[TaskHandle[R]] = []

    async def tell_the_end(
        awaitable: Awaitable[R], place: int, end: MemoryObjectSendStream[TaskHandle[R]]
    ) -> R:
        with end:
            try:
                return await awaitable
            finally:
                with suppress(BrokenResourceError):  # the reader has left
                    end.send_nowait(handles[place])

    async with receive, create_task_group() as group:
        with send:
            for place, each in enumerate(awaitables):
                name = get_coro_name(each) if iscoroutine(each) else None
                handles.append(group.start_soon(tell_the_end, each, place, send.clone(), name=name))
        try:
            yield receive
        finally:
            group.cancel_scope.cancel()
