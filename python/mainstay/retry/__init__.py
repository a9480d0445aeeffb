"""Retries that are decided by a policy: when to stop, how long to wait, what to repeat.

>>> from mainstay.retry import retry, stop_after_attempt, wait_exponential
>>> @retry(stop=stop_after_attempt(5), wait=wait_exponential(max=10))
... def fetch() -> str:
...     return "page"

The names are those tenacity made familiar; arguments are checked, strategies are immutable values,
and decorated functions keep their types. Coroutine predicates are in `mainstay.retry.asyncio`.
"""

from .. import _bring, _load, _meant, _serves_drop_in

_load("retry")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._public import (
        AsyncRetrying,
        AttemptManager,
        BaseRetrying,
        Counters,
        DoAttempt,
        DoSleep,
        Future,
        RetryAction,
        RetryCallState,
        RetryError,
        Retrying,
        TryAgain,
        after_log,
        before_log,
        before_sleep_log,
        retry,
        retry_all,
        retry_always,
        retry_any,
        retry_base,
        retry_if_exception,
        retry_if_exception_cause_type,
        retry_if_exception_message,
        retry_if_exception_type,
        retry_if_not_exception_message,
        retry_if_not_exception_type,
        retry_if_not_result,
        retry_if_result,
        retry_never,
        retry_unless_exception_type,
        sleep,
        sleep_using_event,
        stop_after_attempt,
        stop_after_delay,
        stop_all,
        stop_any,
        stop_base,
        stop_before_delay,
        stop_never,
        stop_when_event_set,
        wait_base,
        wait_chain,
        wait_combine,
        wait_exception,
        wait_exponential,
        wait_exponential_jitter,
        wait_fixed,
        wait_full_jitter,
        wait_incrementing,
        wait_none,
        wait_random,
        wait_random_exponential,
    )

__all__ = [
    "AsyncRetrying",
    "AttemptManager",
    "BaseRetrying",
    "Counters",
    "DoAttempt",
    "DoSleep",
    "Future",
    "RetryAction",
    "RetryCallState",
    "RetryError",
    "Retrying",
    "TryAgain",
    "after_log",
    "before_log",
    "before_sleep_log",
    "retry",
    "retry_all",
    "retry_always",
    "retry_any",
    "retry_base",
    "retry_if_exception",
    "retry_if_exception_cause_type",
    "retry_if_exception_message",
    "retry_if_exception_type",
    "retry_if_not_exception_message",
    "retry_if_not_exception_type",
    "retry_if_not_result",
    "retry_if_result",
    "retry_never",
    "retry_unless_exception_type",
    "sleep",
    "sleep_using_event",
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_base",
    "stop_before_delay",
    "stop_never",
    "stop_when_event_set",
    "wait_base",
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_full_jitter",
    "wait_incrementing",
    "wait_none",
    "wait_random",
    "wait_random_exponential",
]


def __getattr__(name: str) -> "Any":
    """Where drop-in imported this, the first name of `__all__` brings all of them."""
    if name not in __all__:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}{_meant(name, __all__)}"
        )
    _bring(globals(), "_public", tuple(__all__))
    return globals()[name]


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})


if not _serves_drop_in("tenacity"):
    _bring(globals(), "_public", tuple(__all__))
