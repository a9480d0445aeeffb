"""Which outcomes are worth another attempt: the retry strategies of `mainstay.retry`.

All are immutable values, safe to share between threads. `a | b` repeats when either says so,
`a & b` when both do; any callable that takes the RetryCallState and returns a bool may stand in.
Predicates that have to be awaited belong to `mainstay.retry.asyncio`.
"""

from __future__ import annotations

from . import _checks, _conditions, _native
from ._value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeAlias

    from ._policy import RetryCallState

    Retry: TypeAlias = "retry_base | Callable[[RetryCallState], bool]"
    Types: TypeAlias = "type[BaseException] | tuple[type[BaseException], ...]"

__all__ = [
    "retry_base",
    "retry_if_exception",
    "retry_if_exception_type",
    "retry_if_result",
]

AWAITING = "use the strategy of that name in mainstay.retry.asyncio"


def _any_of(*retries: Retry) -> Any:
    from ._more_conditions import retry_any

    return retry_any(*retries)


def _all_of(*retries: Retry) -> Any:
    from ._more_conditions import retry_all

    return retry_all(*retries)


class retry_base(Value, _conditions.Condition):
    """Base of the retry strategies; subclass it and define `__call__`."""

    _strategy_kind = "retry"

    _any: Any = staticmethod(_any_of)
    _all: Any = staticmethod(_all_of)


def conditions(retries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what cannot be asked."""
    for retry in retries:
        _checks.strategy("each retry", retry, "retry")
    return retries


@_native.adopt
class retry_if_exception(_native.RetryIfException, retry_base):
    """Repeat after an exception for which `predicate(exception)` is true."""

    predicate: Callable[[BaseException], bool]

    def __init__(self, predicate: Callable[[BaseException], bool]) -> None:
        _checks.callback("predicate", predicate, "a callable that takes the exception")
        self._fill(predicate=_checks.synchronous("predicate", predicate, AWAITING))


class retry_by_type(retry_if_exception):
    """The strategies that look at the exception's type."""

    _derived = ("predicate",)

    exception_types: Types
    _check: Callable[[BaseException], bool]  # each of them has its own

    def __init__(self, exception_types: Types = Exception, *more: NoReturn) -> None:
        _checks.exception_types("exception_types", exception_types, more, self)
        self._fill(exception_types=exception_types, predicate=self._check)


@_native.adopt
class retry_if_exception_type(_native.RetryIfExceptionType, retry_by_type):
    """Repeat after an exception of one of the types; Exception when none is given."""

    def __init__(self, exception_types: Types = Exception, *more: NoReturn) -> None:
        retry_by_type.__init__(self, exception_types, *more)


@_native.adopt
class retry_if_result(_native.RetryIfResult, retry_base):
    """Repeat after a result for which `predicate(result)` is true."""

    predicate: Callable[[Any], bool]

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        _checks.callback("predicate", predicate, "a callable that takes the result")
        self._fill(predicate=_checks.synchronous("predicate", predicate, AWAITING))
