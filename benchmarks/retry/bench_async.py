"""Coroutine functions and `async for` blocks under asyncio; each round is one `asyncio.run`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import in_each_async_shape, shaped_async
from benchmarks.retry.policies import async_no_op, failing, typical

DEFAULT = "async, success at once, default policy"
TYPICAL = "async, success at once, typical policy"
FAILURES = "async, two failures then success"
BLOCK = "async block, success"


def cases(door: Door) -> Iterator[Case]:
    """Coroutine functions that succeed, that recover, and a block."""
    api = door.api
    for variant, loop in in_each_async_shape(shaped_async(_succeed), api.retry):
        yield Case(DEFAULT, variant, loop, path="native")
    for variant, loop in in_each_async_shape(shaped_async(_succeed), api.retry(**typical(api))):
        yield Case(TYPICAL, variant, loop, path="native")
    simple = api.retry(stop=api.stop_after_attempt(5), sleep=async_no_op)
    for variant, loop in in_each_async_shape(shaped_async(failing(2)), simple):
        yield Case(FAILURES, variant, loop, path="native")
    yield Case(BLOCK, "one policy", _blocks(api.AsyncRetrying()), path="native")


def by_hand() -> Iterator[Case]:
    """The bare await, and the loop people write instead."""
    for row in (DEFAULT, TYPICAL):
        for variant, loop in in_each_async_shape(shaped_async(_succeed), lambda function: function):
            yield Case(row, variant, loop)
    for variant, loop in in_each_async_shape(shaped_async(failing(2)), _by_hand):
        yield Case(FAILURES, variant, loop)


def _succeed() -> str:
    return "done"


def _by_hand(function: Callable[..., Any]) -> Any:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        for attempt in range(1, 6):
            try:
                return await function(*args, **kwargs)
            except ConnectionError:
                if attempt == 5:
                    raise
                await async_no_op(0.0)
        return None

    return call


def _blocks(policy: Any) -> Loop:
    async def blocks(n: int) -> None:
        for _ in repeat(None, n):
            async for attempt in policy:
                with attempt:
                    pass

    return lambda n: asyncio.run(blocks(n))
