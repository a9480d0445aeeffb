"""Locks, semaphores, limiters, events and channels: order, hand-over, cancellation, other loops."""

from __future__ import annotations

import asyncio
import gc
import math
import warnings
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mainstay import aio
from mainstay.aio import _native, lowlevel

Body = Callable[[], Awaitable[Any]]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Body], Any]:
    backend: str = request.param
    return lambda body: aio.run(body, backend=backend)


def test_a_lock_goes_round_in_the_order_of_asking(run: Callable[[Body], Any]) -> None:
    async def body() -> list[int]:
        lock, order = aio.Lock(), list[int]()

        async def work(number: int) -> None:
            async with lock:
                await lowlevel.checkpoint()
                order.append(number)

        async with lock:
            async with aio.create_task_group() as group:
                for number in range(5):
                    group.start_soon(work, number)
                    await aio.wait_all_tasks_blocked()
                assert lock.statistics().tasks_waiting == 5
                lock.release()
                await aio.wait_all_tasks_blocked()
            await lock.acquire()
        return order

    assert run(body) == [0, 1, 2, 3, 4]


def test_a_waiter_that_is_cancelled_leaves_the_line(run: Callable[[Body], Any]) -> None:
    async def body() -> None:
        lock = aio.Lock()
        async with lock:
            with aio.move_on_after(0):
                async with aio.create_task_group() as group:
                    group.start_soon(lock.acquire)
            assert lock.statistics().tasks_waiting == 0
        assert not lock.locked()

    run(body)


def test_the_owner_is_the_task_that_awaits_and_not_the_one_that_calls() -> None:
    async def body() -> None:
        lock = aio.Lock()
        coming = lock.acquire()
        assert not lock.locked()
        await asyncio.create_task(coming)
        assert lock.statistics().owner is not None
        with pytest.raises(RuntimeError, match="not holding this lock"):
            lock.release()

    aio.run(body)


def test_what_is_awaited_once_cannot_be_awaited_again() -> None:
    async def body() -> None:
        lock = aio.Lock(fast_acquire=True)
        coming = lock.acquire()
        await coming
        with pytest.raises(RuntimeError, match="already awaited"):
            await coming

    aio.run(body)


def test_a_wait_that_is_closed_leaves_the_line() -> None:
    async def body() -> None:
        event = aio.Event()
        waiting: Any = event.wait()
        waiting.send(None)
        assert event.statistics().tasks_waiting == 1
        waiting.close()
        assert event.statistics().tasks_waiting == 0
        abandoned: Any = event.wait()
        abandoned.send(None)
        del abandoned
        event.set()

    aio.run(body)


def test_an_owner_that_is_cancelled_in_its_first_turn_gives_back() -> None:
    async def body() -> None:
        for make in (aio.Lock, lambda: aio.Semaphore(1), lambda: aio.CapacityLimiter(1)):
            thing: Any = make()
            task = asyncio.create_task(thing.acquire())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            thing.acquire_nowait()

    aio.run(body)


def test_a_scope_that_is_cancelled_does_not_disturb_the_turn_of_an_acquire() -> None:
    async def body() -> bool:
        lock = aio.Lock()
        async with aio.create_task_group() as group:

            async def take() -> None:
                await lock.acquire()
                group.cancel_scope.shield = True

            group.start_soon(take)
            await lowlevel.cancel_shielded_checkpoint()
            group.cancel_scope.cancel()
        return lock.locked()

    assert aio.run(body)


def test_a_limiter_takes_any_borrower_and_says_who_has_a_token(run: Callable[[Body], Any]) -> None:
    async def body() -> None:
        limiter = aio.CapacityLimiter(2)
        await limiter.acquire_on_behalf_of("one")
        limiter.acquire_on_behalf_of_nowait("two")
        assert set(limiter.statistics().borrowers) == {"one", "two"}
        with pytest.raises(RuntimeError, match="already holding"):
            await limiter.acquire_on_behalf_of("one")
        with pytest.raises(aio.WouldBlock):
            limiter.acquire_nowait()
        limiter.total_tokens = math.inf
        limiter.acquire_nowait()
        assert limiter.available_tokens == math.inf
        with pytest.raises(RuntimeError, match="isn't holding"):
            limiter.release_on_behalf_of("three")

    run(body)


def test_a_borrower_that_cannot_be_hashed_is_refused() -> None:
    async def body() -> None:
        limiter = aio.CapacityLimiter(1)
        with pytest.raises(TypeError, match="unhashable"):
            await limiter.acquire_on_behalf_of([])
        assert limiter.borrowed_tokens == 0

    aio.run(body)


@pytest.mark.parametrize("room", [0, 1, math.inf])
def test_a_channel_brings_all_items_in_order(run: Callable[[Body], Any], room: float) -> None:
    async def body() -> list[int]:
        send, receive = aio.create_memory_object_stream[int](room)

        async def produce() -> None:
            async with send:
                for number in range(20):
                    await send.send(number)

        async with aio.create_task_group() as group, receive:
            group.start_soon(produce)
            return [number async for number in receive]

    assert run(body) == list(range(20))


def test_an_item_is_not_handed_to_a_receiver_that_is_about_to_be_cancelled(
    run: Callable[[Body], Any],
) -> None:
    async def body() -> list[str]:
        send, receive = aio.create_memory_object_stream[str](1)
        got: list[str] = []

        async def take(into: list[str]) -> None:
            into.append(await receive.receive())

        with send, receive:
            async with aio.create_task_group() as group:
                group.start_soon(take, got)
                await aio.wait_all_tasks_blocked()
                group.cancel_scope.cancel()
                send.send_nowait("kept")
            got.append(receive.receive_nowait())
        return got

    assert run(body) == ["kept"]


def test_closing_an_end_wakes_those_who_wait_there(run: Callable[[Body], Any]) -> None:
    async def body() -> list[str]:
        seen: list[str] = []
        send, receive = aio.create_memory_object_stream[int](0)
        other = receive.clone()

        async def take(end: Any) -> None:
            try:
                await end.receive()
            except (aio.ClosedResourceError, aio.EndOfStream) as error:
                seen.append(type(error).__name__)

        async with aio.create_task_group() as group:
            group.start_soon(take, receive)
            group.start_soon(take, other)
            await aio.wait_all_tasks_blocked()
            receive.close()
            await aio.wait_all_tasks_blocked()
            send.close()
        other.close()
        return seen

    assert run(body) == ["ClosedResourceError", "EndOfStream"]


def test_an_end_that_is_dropped_open_warns(run: Callable[[Body], Any]) -> None:
    async def body() -> None:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            ends = aio.create_memory_object_stream[int](1)
            del ends
        names = [str(each.message).partition(" at ")[0] for each in seen]
        assert sorted(names) == [
            "Unclosed <MemoryObjectReceiveStream",
            "Unclosed <MemoryObjectSendStream",
        ]

    run(body)


def test_what_waits_in_a_channel_is_collected_with_it() -> None:
    class Item:
        pass

    async def body() -> weakref.ref[Item]:
        send, receive = aio.create_memory_object_stream[Any](1)
        with send, receive:
            item = Item()
            send.send_nowait([item, send])
            return weakref.ref(item)

    known = aio.run(body)
    gc.collect()
    assert known() is None


@settings(max_examples=40, deadline=None)
@given(
    room=st.integers(0, 3),
    steps=st.lists(st.sampled_from(["send", "receive", "cancel", "turn"]), max_size=40),
)
def test_no_item_is_lost_or_doubled_whatever_is_cancelled(room: int, steps: list[str]) -> None:
    async def body() -> None:
        send, receive = aio.create_memory_object_stream[int](room)
        sent, got, number = set[int](), list[int](), 0
        scopes: list[aio.CancelScope] = []

        async def put(item: int, scope: aio.CancelScope) -> None:
            with scope:
                await send.send(item)
                sent.add(item)

        async def take(scope: aio.CancelScope) -> None:
            with scope:
                got.append(await receive.receive())

        async with aio.create_task_group() as group:
            for step in steps:
                if step == "turn":
                    await lowlevel.checkpoint()
                elif step == "cancel" and scopes:
                    scopes.pop(len(scopes) // 2).cancel()
                elif step == "send":
                    scopes.append(aio.CancelScope())
                    group.start_soon(put, number, scopes[-1])
                    number += 1
                elif step == "receive":
                    scopes.append(aio.CancelScope())
                    group.start_soon(take, scopes[-1])
            await aio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
        while True:
            try:
                got.append(receive.receive_nowait())
            except aio.WouldBlock:
                break
        send.close()
        receive.close()
        assert len(got) == len(set(got))
        # A sender that is cancelled in the turn in which its item was taken may not know that.
        assert sent <= set(got)

    aio.run(body)


def test_a_channel_made_outside_of_a_loop_may_be_used_in_one(run: Callable[[Body], Any]) -> None:
    send, receive = aio.create_memory_object_stream[int](1)

    async def body() -> int:
        with send, receive:
            await send.send(7)
            return await receive.receive()

    assert run(body) == 7


def test_the_shapes_of_the_benchmark_are_native() -> None:
    async def body() -> None:
        send, receive = aio.create_memory_object_stream[int](1)
        with send, receive:
            assert isinstance(send, _native.SendEnd)
            assert isinstance(receive, _native.ReceiveEnd)
        assert isinstance(aio.Lock(), _native.Lock)
        assert isinstance(aio.Semaphore(1), _native.Semaphore)
        assert isinstance(aio.CapacityLimiter(1), _native.CapacityLimiter)
        assert isinstance(aio.CancelScope(), _native.Scope)

    aio.run(body)
