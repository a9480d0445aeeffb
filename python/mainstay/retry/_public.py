"""All names of `mainstay.retry`, which takes them from here at its import.

Drop-in uses other parts of that package and none of these classes; imported by drop-in, the package
takes them when a program looks at one.
"""

from ._async_policy import (
    AsyncRetrying,
)
from ._log_hooks import (
    after_log,
    before_log,
    before_sleep_log,
)
from ._native import (
    Counters,
)
from ._policy import (
    AttemptManager,
    BaseRetrying,
    DoAttempt,
    DoSleep,
    Future,
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
)
from ._stop import (
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    stop_any,
    stop_base,
    stop_before_delay,
    stop_never,
    stop_when_event_set,
)
from ._wait import (
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

# What a program meets: in tracebacks, in pickles, in messages.
for _name in __all__:
    _known = globals()[_name]
    # Of stop_never and its like it is the class.
    _named = _known if hasattr(_known, "__name__") else type(_known)
    if _named is not Counters:  # whose type is native
        _named.__module__ = "mainstay.retry"
