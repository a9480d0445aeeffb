"""Cancel scopes and task groups: delivery without polling, errors, what is left behind."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mainstay import aio
from mainstay.aio import lowlevel
from mainstay.aio._backends._scopes import CancelScope

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup

Body = Callable[[], Awaitable[Any]]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Body], Any]:
    backend: str = request.param
    return lambda body: aio.run(body, backend=backend)


def test_each_wait_in_a_cancelled_scope_raises_again(run: Callable[[Body], Any]) -> None:
    async def body() -> int:
        raised = 0
        with aio.CancelScope() as scope:
            scope.cancel()
            for _ in range(3):
                try:
                    await aio.sleep(60)
                except aio.get_cancelled_exc_class():
                    raised += 1
            await aio.sleep(60)
        assert scope.cancelled_caught
        return raised

    assert run(body) == 3


def test_a_wait_that_resists_cancellation_does_not_keep_the_loop_busy() -> None:
    turns = 0

    async def stubborn(free: asyncio.Event) -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                pass

    async def body() -> None:
        nonlocal turns
        free = asyncio.Event()
        loop = asyncio.get_running_loop()
        inner = loop.create_task(stubborn(free))

        def count() -> None:
            nonlocal turns
            turns += 1
            if turns < 200:
                loop.call_later(0.0001, count)
            else:
                free.set()

        with aio.CancelScope() as scope:
            loop.call_soon(count)
            scope.cancel()
            spied = 0
            deliver = CancelScope._deliver_cancellation

            def spy(self: Any, origin: Any) -> None:
                nonlocal spied
                spied += 1
                deliver(self, origin)

            CancelScope._deliver_cancellation = spy  # type: ignore[method-assign]
            try:
                await inner
            finally:
                CancelScope._deliver_cancellation = deliver  # type: ignore[method-assign]
        # Once per turn it would be some hundreds.
        assert spied < 40

    aio.run(body)


def test_a_scope_inside_of_another_ends_at_the_nearer_deadline(run: Callable[[Body], Any]) -> None:
    async def body() -> tuple[bool, bool]:
        with aio.move_on_after(60) as outer, aio.move_on_after(0) as inner:
            assert aio.current_effective_deadline() <= outer.deadline
            await aio.sleep_forever()
        return outer.cancelled_caught, inner.cancelled_caught

    assert run(body) == (False, True)


def test_a_deadline_may_be_moved_while_a_task_waits(run: Callable[[Body], Any]) -> None:
    async def body() -> bool:
        async with aio.create_task_group() as group:
            with aio.CancelScope() as scope:

                async def hurry() -> None:
                    scope.deadline = aio.current_time()

                group.start_soon(hurry)
                await aio.sleep_forever()
        return scope.cancelled_caught

    assert run(body)


def test_leaving_a_scope_in_another_task_says_so() -> None:
    async def body() -> None:
        scope = aio.CancelScope()

        async def enter() -> None:
            scope.__enter__()

        await asyncio.create_task(enter())
        with pytest.raises(RuntimeError, match="in a different task than it was entered in"):
            scope.__exit__(None, None, None)

    aio.run(body)


def test_a_scope_that_is_entered_twice_is_refused() -> None:
    async def body() -> None:
        wanted = pytest.raises(RuntimeError, match="single 'with' block")
        with aio.CancelScope() as scope, wanted:
            scope.__enter__()

    aio.run(body)


def test_a_scope_outside_of_a_loop_is_refused() -> None:
    with pytest.raises(aio.NoEventLoopError, match="Not currently running"):
        aio.CancelScope()


def test_the_first_error_of_a_group_cancels_the_others(run: Callable[[Body], Any]) -> None:
    async def fail() -> None:
        raise ValueError("first")

    async def body() -> str:
        handle: aio.TaskHandle[None]
        try:
            async with aio.create_task_group() as group:
                handle = group.start_soon(aio.sleep_forever)
                group.start_soon(fail)
        except ExceptionGroup as error:
            assert [repr(each) for each in error.exceptions] == ["ValueError('first')"]
        return handle.status.name

    assert run(body) == "CANCELLED"


def test_cancelling_a_group_ends_a_thousand_tasks(run: Callable[[Body], Any]) -> None:
    async def body() -> int:
        ended = 0

        async def wait() -> None:
            nonlocal ended
            try:
                await aio.sleep_forever()
            finally:
                ended += 1

        async with aio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(wait)
            await aio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
        return ended

    assert run(body) == 1000


def test_scopes_and_tasks_are_let_go_of() -> None:
    class Marked:
        pass

    async def body() -> weakref.ref[Marked]:
        mark = Marked()

        async def hold(what: Marked) -> None:
            with aio.CancelScope():
                await aio.lowlevel.checkpoint()

        async with aio.create_task_group() as group:
            group.start_soon(hold, mark)
        return weakref.ref(mark)

    known = aio.run(body)
    gc.collect()
    assert known() is None


def test_a_task_that_was_abandoned_in_a_scope_is_forgotten() -> None:
    async def body() -> None:
        async def enter_and_leave_it_open() -> Any:
            return aio.CancelScope().__enter__()

        scope = await asyncio.create_task(enter_and_leave_it_open())
        gc.collect()
        scope.cancel()
        for _ in range(5):
            await lowlevel.checkpoint()
        assert scope._cancel_handle is None

    aio.run(body)


def test_asyncios_own_timeout_works_inside_of_a_scope() -> None:
    async def body() -> str:
        with aio.move_on_after(60) as scope:
            try:
                await asyncio.wait_for(aio.sleep_forever(), 0.001)
            except asyncio.TimeoutError:
                return f"timeout, scope {scope.cancel_called}"
        return "nothing"

    assert aio.run(body) == "timeout, scope False"
