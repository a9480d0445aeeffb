"""The parts of `mainstay.retry` that await: predicates that are coroutine functions.

They combine by `|` and `&` with the ordinary strategies and are asked by AsyncRetrying only.
Nothing here imports asyncio: the same strategies work under trio.
"""

from __future__ import annotations

from . import _async_conditions, _checks
from ._public import AsyncRetrying
from ._retry import conditions, retry_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

__all__ = [
    "AsyncRetrying",
    "async_retry_base",
    "retry_all",
    "retry_any",
    "retry_if_exception",
    "retry_if_result",
]


class async_retry_base(_async_conditions.AsyncCondition, retry_base):
    """Base of the async retry strategies; subclass it and define `async __call__`."""


class retry_any(_async_conditions.AsyncAnyOf, async_retry_base):
    """Repeat when one of the strategies says so; those after it are not asked."""

    def __init__(self, *retries: Any) -> None:
        self._fill(retries=conditions(retries))


class retry_all(_async_conditions.AsyncAllOf, async_retry_base):
    """Repeat when all of the strategies say so; those after a refusal are not asked."""

    def __init__(self, *retries: Any) -> None:
        self._fill(retries=conditions(retries))


async_retry_base._any = retry_any
async_retry_base._all = retry_all


class retry_if_exception(_async_conditions.AsyncIfException, async_retry_base):
    """Repeat after an exception for which `await predicate(exception)` is true."""

    def __init__(self, predicate: Callable[[BaseException], Awaitable[bool]]) -> None:
        self._fill(predicate=_checks.callback("predicate", predicate, "a coroutine function"))


class retry_if_result(_async_conditions.AsyncIfResult, async_retry_base):
    """Repeat after a result for which `await predicate(result)` is true."""

    def __init__(self, predicate: Callable[[Any], Awaitable[bool]]) -> None:
        self._fill(predicate=_checks.callback("predicate", predicate, "a coroutine function"))
