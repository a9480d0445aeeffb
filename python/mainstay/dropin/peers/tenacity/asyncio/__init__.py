"""tenacity for coroutine functions, under asyncio and trio."""

from __future__ import annotations

from mainstay.retry import _loop, _native
from mainstay.retry._asyncio import AsyncRetrying as _AsyncRetrying
from mainstay.retry._asyncio import portable_async_sleep

import tenacity
from tenacity import (
    AttemptManager,
    BaseRetrying,
    DoAttempt,  # noqa: F401 - a name the peer has here too
    DoSleep,
    RetryCallState,
    RetryError,
    after_nothing,
    before_nothing,
)

from .retry import retry_all, retry_any, retry_if_exception, retry_if_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "AsyncRetrying",
    "RetryBaseT",
    "WrappedFn",
    "retry_all",
    "retry_any",
    "retry_if_exception",
    "retry_if_result",
]


def _portable_async_sleep(seconds: float) -> Any:
    """Sleep in the async library that is running. Defined here because policies pickle its name."""
    return portable_async_sleep(seconds)


class AsyncRetrying(_AsyncRetrying, BaseRetrying):
    """Runs coroutine functions, and `async for` blocks, under a policy."""

    _door = _loop.Door(
        namespace=vars(tenacity),
        classes=globals(),
        iter_state=tenacity._new_iter_state,
        wait_none=tenacity.wait_none,
    )

    def __init__(
        self,
        sleep: Any = _portable_async_sleep,
        stop: Any = tenacity.stop_never,
        wait: Any = tenacity.wait_none(),
        retry: Any = tenacity.retry_if_exception_type(),
        before: Any = before_nothing,
        after: Any = after_nothing,
        before_sleep: Any = None,
        reraise: bool = False,
        retry_error_cls: type[Any] = RetryError,
        retry_error_callback: Any = None,
        name: str | None = None,
        enabled: bool = True,
    ) -> None:
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
        )


_native.adopt_controller(
    AsyncRetrying,
    is_async=True,
    namespace=vars(tenacity),
    sleep_namespace=globals(),
    sleep=_portable_async_sleep,
    before=before_nothing,
    after=after_nothing,
    error_class=RetryError,
    future=RetryCallState._future,
    do_sleep=DoSleep,
    state_class=RetryCallState,
    manager_class=AttemptManager,
    classes=globals(),
)


def __getattr__(name: str) -> Any:
    if name == "RetryBaseT":
        from tenacity._types import AsyncRetryBaseT as RetryBaseT

        return RetryBaseT
    if name in {"P", "R", "WrappedFn", "WrappedFnReturnT"}:
        from tenacity import _types

        return getattr(_types, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
