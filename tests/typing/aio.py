"""A user's program, for the type checkers: handles, channels and threads keep types of values."""

from __future__ import annotations

from mainstay import aio
from mainstay.aio import from_thread, to_thread
from mainstay.aio.abc import ByteStream, TaskStatus
from mainstay.aio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from typing_extensions import assert_type


async def double(number: int) -> int:
    return 2 * number


async def serve(*, task_status: TaskStatus[int]) -> None:
    task_status.started(80)


async def main() -> None:
    async with aio.create_task_group() as group:
        handle = group.start_soon(double, 1)
        assert_type(handle.return_value, int)
        assert_type(await handle, int)
        await group.start(serve)

    send, receive = aio.create_memory_object_stream[str](3)
    assert_type(send, MemoryObjectSendStream[str])
    assert_type(receive, MemoryObjectReceiveStream[str])
    async with send, receive:
        await send.send("one")
        assert_type(await receive.receive(), str)
        assert_type(receive.receive_nowait(), str)

    with aio.move_on_after(1) as scope:
        assert_type(scope.cancelled_caught, bool)
    async with aio.Lock(), aio.Semaphore(1), aio.CapacityLimiter(1):
        pass
    assert_type(await to_thread.run_sync(len, "four"), int)
    assert_type(await aio.amap(double, [1, 2]), list[int])


async def talk(stream: ByteStream) -> bytes:
    await stream.send(b"hello")
    return await stream.receive()


assert_type(aio.run(double, 1), int)
assert_type(from_thread.run(double, 1), int)
