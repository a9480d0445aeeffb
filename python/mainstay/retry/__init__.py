"""Retries that are decided by a policy: when to stop, how long to wait, what to repeat.

>>> from mainstay.retry import retry, stop_after_attempt, wait_exponential
>>> @retry(stop=stop_after_attempt(5), wait=wait_exponential(max=10))
... def fetch() -> str:
...     return "page"

The names are those tenacity made familiar; arguments are checked, strategies are immutable values,
and decorated functions keep their types. Coroutine predicates are in `mainstay.retry.asyncio`.
"""

from .. import _bring, _load

_load("retry")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._async_policy import AsyncRetrying
    from ._future import Future
    from ._log_hooks import (
        after_log,
        before_log,
        before_sleep_log,
    )
    from ._more_conditions import (
        retry_all,
        retry_always,
        retry_any,
        retry_if_exception_cause_type,
        retry_if_exception_message,
        retry_if_not_exception_message,
        retry_if_not_exception_type,
        retry_if_not_result,
        retry_never,
        retry_unless_exception_type,
    )
    from ._more_stops import (
        stop_all,
        stop_any,
        stop_before_delay,
        stop_when_event_set,
    )
    from ._more_waits import (
        wait_chain,
        wait_combine,
        wait_exception,
        wait_exponential_jitter,
        wait_incrementing,
        wait_random,
    )
    from ._native import Counters
    from ._policy import (
        AttemptManager,
        BaseRetrying,
        DoAttempt,
        DoSleep,
        RetryAction,
        RetryCallState,
        RetryError,
        Retrying,
        TryAgain,
        retry,
        sleep,
        sleep_using_event,
    )
    from ._retry import (
        retry_base,
        retry_if_exception,
        retry_if_exception_type,
        retry_if_result,
    )
    from ._stop import (
        stop_after_attempt,
        stop_after_delay,
        stop_base,
        stop_never,
    )
    from ._wait import (
        wait_base,
        wait_exponential,
        wait_fixed,
        wait_full_jitter,
        wait_none,
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

# Where the names come from: imported when one of them is first looked at. A program uses few of
# them, and drop-in none.
_HOMES = {
    "_async_policy": ("AsyncRetrying",),
    "_log_hooks": (
        "after_log",
        "before_log",
        "before_sleep_log",
    ),
    "_more_conditions": (
        "retry_all",
        "retry_always",
        "retry_any",
        "retry_if_exception_cause_type",
        "retry_if_exception_message",
        "retry_if_not_exception_message",
        "retry_if_not_exception_type",
        "retry_if_not_result",
        "retry_never",
        "retry_unless_exception_type",
    ),
    "_more_stops": (
        "stop_all",
        "stop_any",
        "stop_before_delay",
        "stop_when_event_set",
    ),
    "_more_waits": (
        "wait_chain",
        "wait_combine",
        "wait_exception",
        "wait_exponential_jitter",
        "wait_incrementing",
        "wait_random",
    ),
    "_native": ("Counters",),
    "_policy": (
        "AttemptManager",
        "BaseRetrying",
        "DoAttempt",
        "DoSleep",
        "RetryAction",
        "RetryCallState",
        "RetryError",
        "Retrying",
        "TryAgain",
        "retry",
        "sleep",
        "sleep_using_event",
    ),
    "_retry": (
        "retry_base",
        "retry_if_exception",
        "retry_if_exception_type",
        "retry_if_result",
    ),
    "_stop": (
        "stop_after_attempt",
        "stop_after_delay",
        "stop_base",
        "stop_never",
    ),
    "_wait": (
        "wait_base",
        "wait_exponential",
        "wait_fixed",
        "wait_full_jitter",
        "wait_none",
        "wait_random_exponential",
    ),
}


def __getattr__(name: str) -> "Any":
    """A name of `__all__`, and with it the others from the same place."""
    here = globals()
    if name == "Future":  # one for each door, made when first needed
        from ._future import future_of

        return future_of(__name__)
    for home, names in _HOMES.items():
        if name in names:
            _bring(here, home, names)
            return here[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
