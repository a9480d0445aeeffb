"""The async loop of `mainstay.retry`."""

from __future__ import annotations

import time

from . import _asyncio, _checks, _native, _policy, _refusals, _timeouts
from ._native import is_coroutine_callable
from ._policy import (
    AttemptManager,
    BaseRetrying,
    DoSleep,
    RetryCallState,
    RetryError,
    portable_async_sleep,
    refuse_loop,
    sleep,
    sleep_using_event,
)
from ._retry import retry_if_exception_type
from ._stop import stop_never
from ._wait import wait_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import timedelta
    from typing import Any, NoReturn

    from ._decorated import Decorated, Hook, P, R
    from ._stop import Stop
    from ._wait import Wait

__all__ = ["AsyncRetrying"]

# What holds the event loop up, and with it every other task.
_BLOCKING = (time.sleep, sleep)


class AsyncRetrying(_asyncio.AsyncRetrying, BaseRetrying):
    """Runs coroutine functions, and `async for` blocks, under a policy.

    Every strategy and hook may be a coroutine function. One controller may run any number of
    loops at once: each keeps its own state. Works under asyncio and trio.

    Args: those of BaseRetrying, and
        attempt_timeout: seconds, or a timedelta, after which an attempt is cancelled and counts as
            failed with the built-in TimeoutError; for coroutine functions and, from the `with` on,
            blocks (under asyncio since Python 3.11). A cancellation from outside passes.

    >>> import asyncio
    >>> from mainstay.retry import AsyncRetrying, stop_after_attempt
    >>> async def hang() -> None:
    ...     await asyncio.Event().wait()
    >>> retrying = AsyncRetrying(stop=stop_after_attempt(2), attempt_timeout=0.001, reraise=True)
    >>> asyncio.run(retrying(hang))
    Traceback (most recent call last):
    TimeoutError: the attempt took longer than attempt_timeout=0.001 seconds
    """

    _part_checks = {**_policy.CHECKS, "attempt_timeout": _checks.time_limit}

    def __init__(
        self,
        *positional: NoReturn,
        sleep: Callable[[float], Any] = portable_async_sleep,
        stop: Stop = stop_never,
        wait: Wait = wait_none(),
        retry: Any = retry_if_exception_type(),
        before: Hook = None,
        after: Hook = None,
        before_sleep: Hook = None,
        reraise: bool = False,
        retry_error_cls: type[RetryError] = RetryError,
        retry_error_callback: Hook = None,
        name: str | None = None,
        enabled: bool = True,
        keep_exceptions: int = 0,
        attempt_timeout: float | timedelta | None = None,
        **unknown: NoReturn,
    ) -> None:
        if positional or unknown:
            _policy.refuse_arguments(type(self).__name__, positional, unknown)
        if sleep is not portable_async_sleep:
            self._check("sleep", sleep)  # what is a default of the other loop is none here
        super().__init__(
            sleep=sleep,
            stop=stop,
            wait=wait,
            retry=retry,
            before=before,
            after=after,
            before_sleep=before_sleep,
            reraise=reraise,
            retry_error_cls=retry_error_cls,
            retry_error_callback=retry_error_callback,
            name=name,
            enabled=enabled,
            keep_exceptions=keep_exceptions,
        )
        if attempt_timeout is not None:
            self.attempt_timeout = attempt_timeout  # type: ignore[assignment]

    def _check(self, name: str, value: Any) -> Any:
        if name == "sleep" and (
            any(value is each for each in _BLOCKING) or isinstance(value, sleep_using_event)
        ):
            raise _refusals.blocking_sleep(value)
        return super()._check(name, value)

    if TYPE_CHECKING:

        def __aiter__(self) -> AsyncIterator[AttemptManager]: ...

    else:

        def __iter__(self) -> NoReturn:
            refuse_loop(self, "for", "write `async for attempt in {}(...):`, or use Retrying")

        def __enter__(self) -> NoReturn:
            refuse_loop(
                self, "with", "write `async for attempt in {}(...):` and in it `with attempt:`"
            )

        __exit__ = __aenter__ = __aexit__ = __enter__

    async def __call__(  # type: ignore[override]
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Any:
        """Call `fn(*args, **kwargs)`, awaiting it when it is async, until the policy is content.

        Raises as Retrying does.
        """
        return await super().__call__(_policy.retriable(fn), *args, **kwargs)

    def wraps(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, fn: Callable[P, R]
    ) -> Decorated[P, R]:
        """Return `fn` decorated with this policy; the result is a coroutine function."""
        if self.attempt_timeout is not None and not is_coroutine_callable(fn):
            _checks.no_time_limit("attempt_timeout", self.attempt_timeout)
        if not _native.function_kind(fn):
            _policy.retriable(fn)
        decorated: Decorated[P, R] = self._decorated_async(fn)
        return decorated

    def _limited(self, fn: Any, is_async: bool) -> Any:
        if self.attempt_timeout is None:
            return fn
        if not is_async:
            _checks.no_time_limit("attempt_timeout", self.attempt_timeout)
        return _timeouts.limited(fn, self.attempt_timeout)

    def _attempt(self, retry_state: Any) -> Any:
        if self.attempt_timeout is None:
            return super()._attempt(retry_state)
        return _timeouts.TimedAttemptManager(retry_state, self.attempt_timeout)


_native.adopt_controller(
    AsyncRetrying,
    is_async=True,
    namespace=vars(_policy),
    sleep_namespace=vars(_policy),
    sleep=portable_async_sleep,
    before=None,
    after=None,
    error_class=RetryError,
    future=RetryCallState._future,
    do_sleep=DoSleep,
    state_class=RetryCallState,
    manager_class=AttemptManager,
    checks=True,
)
