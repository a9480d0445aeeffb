"""Do caches and iteration tools give each task what is its own?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from mainstay import aio
from mainstay.aio import functools, itertools

T = TypeVar("T")


@pytest.fixture(params=aio.get_available_backends())
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Coroutine[Any, Any, T]]], T]:
    return lambda main: aio.run(main, backend=request.param)


def test_two_tasks_at_one_input_get_each_item_once(run: Any) -> None:
    async def main() -> tuple[list[int], list[int]]:
        left, right = itertools.tee(range(50))
        seen: dict[str, list[int]] = {"left": [], "right": []}

        async def collect(name: str, items: Any) -> None:
            async for item in items:
                seen[name].append(item)

        async with aio.create_task_group() as tasks:
            tasks.start_soon(collect, "left", left)
            tasks.start_soon(collect, "right", right)
        return seen["left"], seen["right"]

    assert run(main) == (list(range(50)), list(range(50)))


def test_a_cancelled_step_loses_no_item(run: Any) -> None:
    async def main() -> list[int]:
        items = itertools.chain([1, 2, 3])
        source = itertools.tee([1, 2, 3], 1)[0]
        with aio.CancelScope() as scope:
            scope.cancel()
            await anext(source)
        await items.aclose()
        return [item async for item in source]

    assert run(main) == [1, 2, 3]


def test_a_slice_takes_no_more_than_it_must(run: Any) -> None:
    async def main() -> tuple[list[int], int]:
        source = iter(range(100))
        return [item async for item in itertools.islice(source, 1, 10, 4)], next(source)

    assert run(main) == ([1, 5, 9], 10)


def test_a_failure_is_not_kept_and_a_waiting_call_tries_again(run: Any) -> None:
    async def main() -> tuple[list[str], int]:
        calls = 0
        outcomes: list[str] = []

        @functools.lru_cache
        async def fails_first(key: str) -> str:
            nonlocal calls
            calls += 1
            mine = calls
            await aio.lowlevel.checkpoint()
            if mine == 1:
                raise OSError("first")
            return key

        async def call() -> None:
            try:
                outcomes.append(await fails_first("value"))
            except OSError as error:
                outcomes.append(str(error))

        async with aio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(call)
        return sorted(outcomes), calls

    assert run(main) == (["first", "value", "value"], 2)


def test_a_cache_ends_with_its_event_loop(run: Any) -> None:
    calls: list[int] = []

    @functools.cache
    async def square(number: int) -> int:
        calls.append(number)
        return number**2

    async def main() -> int:
        await square(3)
        return await square(3)

    assert (run(main), run(main)) == (9, 9)
    assert calls == [3, 3]
    assert square.cache_info().currsize == 0
