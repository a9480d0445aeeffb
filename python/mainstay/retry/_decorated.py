"""What decorated functions and decorators are to type checkers. Never imported at run time.

`_policy.py` writes these names in annotations, which nobody evaluates.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from ._policy import BaseRetrying, RetryCallState, RetryError
from ._stop import Stop
from ._wait import Wait

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Q = ParamSpec("Q")
R_co = TypeVar("R_co", covariant=True)

Hook: TypeAlias = "Callable[[RetryCallState], Any] | None"


class Decorated(Protocol[P, R_co]):
    """A decorated function: called as before, with its policy attached."""

    retry: BaseRetrying
    statistics: dict[str, Any]
    __wrapped__: Callable[..., Any]
    __name__: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    def retry_with(
        self,
        *,
        sleep: Callable[[float], Any] = ...,
        stop: Stop = ...,
        wait: Wait = ...,
        retry: Any = ...,
        before: Hook = ...,
        after: Hook = ...,
        before_sleep: Hook = ...,
        reraise: bool = ...,
        retry_error_cls: type[RetryError] = ...,
        retry_error_callback: Hook = ...,
        name: str | None = ...,
        enabled: bool = ...,
        keep_exceptions: int = ...,
        attempt_timeout: float | timedelta | None = ...,
    ) -> Decorated[P, R_co]: ...

    @overload
    def __get__(self, instance: None, owner: type | None = ...) -> Decorated[P, R_co]: ...

    @overload
    def __get__(
        self: Decorated[Concatenate[S, Q], R], instance: S, owner: type | None = ...
    ) -> BoundDecorated[Concatenate[S, Q], Q, R]: ...


class BoundDecorated(Protocol[P, Q, R_co]):
    """A decorated method of an instance; `retry_with` gives the function, not bound."""

    retry: BaseRetrying
    statistics: dict[str, Any]
    __wrapped__: Callable[..., Any]
    __name__: str

    def __call__(self, *args: Q.args, **kwargs: Q.kwargs) -> R_co: ...

    def retry_with(
        self,
        *,
        sleep: Callable[[float], Any] = ...,
        stop: Stop = ...,
        wait: Wait = ...,
        retry: Any = ...,
        before: Hook = ...,
        after: Hook = ...,
        before_sleep: Hook = ...,
        reraise: bool = ...,
        retry_error_cls: type[RetryError] = ...,
        retry_error_callback: Hook = ...,
        name: str | None = ...,
        enabled: bool = ...,
        keep_exceptions: int = ...,
        attempt_timeout: float | timedelta | None = ...,
    ) -> Decorated[P, R_co]: ...


class CoroutineDecorator(Protocol):
    """What `retry` returns for coroutine functions alone: with a `sleep` to be awaited, or an
    `attempt_timeout`.
    """

    def __call__(
        self, fn: Callable[P, Coroutine[Any, Any, R]]
    ) -> Decorated[P, Coroutine[Any, Any, R]]: ...


class Decorator(Protocol):
    """What `retry(...)` returns."""

    def __call__(self, fn: Callable[P, R]) -> Decorated[P, R]: ...
