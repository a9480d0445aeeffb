"""The retry strategies that may await."""

from __future__ import annotations

from mainstay.retry import _async_conditions

from tenacity.retry import retry_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "RetryBaseT",
    "async_retry_base",
    "retry_all",
    "retry_any",
    "retry_if_exception",
    "retry_if_result",
]


class async_retry_base(_async_conditions.AsyncCondition, retry_base):
    """Base of the async retry strategies; combines with the ordinary ones."""


class retry_if_exception(_async_conditions.AsyncIfException, async_retry_base):
    """Repeat after an exception for which the awaited predicate is true."""


class retry_if_result(_async_conditions.AsyncIfResult, async_retry_base):
    """Repeat after a result for which the awaited predicate is true."""


class retry_any(_async_conditions.AsyncAnyOf, async_retry_base):
    """Repeat when one of the strategies says so."""


class retry_all(_async_conditions.AsyncAllOf, async_retry_base):
    """Repeat when all of the strategies say so."""


async_retry_base._any = retry_any
async_retry_base._all = retry_all


def __getattr__(name: str) -> Any:
    if name == "RetryBaseT":
        from tenacity._types import AsyncRetryBaseT as RetryBaseT

        return RetryBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
