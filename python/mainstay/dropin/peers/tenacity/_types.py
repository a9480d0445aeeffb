"""The names that exist for annotations; imported when one is looked at: typing is a dear import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, ParamSpec, Protocol, TypeVar, Union

from .asyncio.retry import async_retry_base
from .retry import retry_base
from .stop import stop_base
from .wait import wait_base

__all__ = [
    "AsyncRetryBaseT",
    "LoggerProtocol",
    "P",
    "R",
    "RetryBaseT",
    "StopBaseT",
    "WaitBaseT",
    "WrappedFn",
    "WrappedFnReturnT",
    "time_unit_type",
]

StopBaseT = Union[stop_base, Callable[[Any], bool]]
WaitBaseT = Union[wait_base, Callable[[Any], Union[float, int]]]
RetryBaseT = Union[retry_base, Callable[[Any], bool]]
AsyncRetryBaseT = Union[async_retry_base, Callable[[Any], Awaitable[bool]]]
P = ParamSpec("P")
R = TypeVar("R")
WrappedFn = TypeVar("WrappedFn", bound=Callable[..., Any])
WrappedFnReturnT = TypeVar("WrappedFnReturnT")
time_unit_type = Union[int, float, timedelta]


class LoggerProtocol(Protocol):
    """Any logger with a `log` method: of logging, structlog, loguru, ..."""

    def log(self, level: int, msg: str, *args: Any) -> Any: ...
