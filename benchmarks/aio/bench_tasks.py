"""Channels, locks, scopes and tasks on asyncio, all in one event loop, which is not timed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from itertools import repeat
from math import inf
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door

Timed = Callable[[int], Coroutine[Any, Any, None]]


def cases(door: Door) -> Iterator[Case]:
    """What programs wait on, each by itself."""
    api = door.api
    with door.active():
        lowlevel = import_module(f"{api.__name__}.lowlevel")
        to_thread = import_module(f"{api.__name__}.to_thread")

    loop = asyncio.new_event_loop()

    def case(row: str, variant: str, timed: Timed) -> Case:
        return Case(row, variant, _inside(loop, door, timed))

    yield case("channel, hand to hand", "room 0", _channel(api, 0))
    yield case("channel, buffered", "room 100", _channel(api, 100))
    yield case("channel, buffered", "no limit", _channel(api, inf))
    yield case("channel, nowait pair", "room 1", _nowait(api))
    yield case("Lock", "free", _block(lambda: api.Lock()))
    yield case("Lock, fast_acquire", "free", _block(lambda: api.Lock(fast_acquire=True)))
    yield case("Semaphore", "free", _block(lambda: api.Semaphore(1)))
    yield case("CapacityLimiter", "free", _block(lambda: api.CapacityLimiter(1)))
    yield case("Lock, 10 tasks", "contended", _contended(api, lowlevel))
    yield case("CancelScope", "enter and leave", _scope(api))
    yield case("move_on_after", "enter and leave", _timeout(api))
    yield case("group of 100 tasks", "start_soon", _tasks(api))
    yield case("checkpoint", "one turn", _checkpoint(lowlevel))
    yield case("to_thread.run_sync", "no-op", _thread(to_thread))


def _inside(loop: asyncio.AbstractEventLoop, door: Door, timed: Timed) -> Loop:
    def run(n: int) -> None:
        loop.run_until_complete(timed(n))

    with door.active():  # what the first run imports
        run(1)
    return run


def _channel(api: Any, room: float) -> Timed:
    async def timed(n: int) -> None:
        send, receive = api.create_memory_object_stream(room)

        async def produce() -> None:
            async with send:
                for item in repeat(None, n):
                    await send.send(item)

        async with api.create_task_group() as group, receive:
            group.start_soon(produce)
            async for _ in receive:
                pass

    return timed


def _nowait(api: Any) -> Timed:
    async def timed(n: int) -> None:
        send, receive = api.create_memory_object_stream(1)
        with send, receive:
            for item in repeat(None, n):
                send.send_nowait(item)
                receive.receive_nowait()

    return timed


def _block(make: Callable[[], AbstractAsyncContextManager[Any]]) -> Timed:
    async def timed(n: int) -> None:
        thing = make()
        for _ in repeat(None, n):
            async with thing:
                pass

    return timed


def _contended(api: Any, lowlevel: Any) -> Timed:
    async def timed(n: int) -> None:
        lock = api.Lock()

        async def work() -> None:
            for _ in repeat(None, n // 10 + 1):
                async with lock:
                    await lowlevel.checkpoint()

        async with api.create_task_group() as group:
            for _ in range(10):
                group.start_soon(work)

    return timed


def _scope(api: Any) -> Timed:
    async def timed(n: int) -> None:
        for _ in repeat(None, n):
            with api.CancelScope():
                pass

    return timed


def _timeout(api: Any) -> Timed:
    async def timed(n: int) -> None:
        for _ in repeat(None, n):
            with api.move_on_after(10):
                pass

    return timed


def _tasks(api: Any) -> Timed:
    async def nothing() -> None:
        pass

    async def timed(n: int) -> None:
        for _ in repeat(None, n):
            async with api.create_task_group() as group:
                for _ in range(100):
                    group.start_soon(nothing)

    return timed


def _checkpoint(lowlevel: Any) -> Timed:
    async def timed(n: int) -> None:
        for _ in repeat(None, n):
            await lowlevel.checkpoint()

    return timed


def _thread(to_thread: Any) -> Timed:
    async def timed(n: int) -> None:
        for _ in repeat(None, n):
            await to_thread.run_sync(int)

    return timed
