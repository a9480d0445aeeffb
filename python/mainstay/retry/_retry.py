"""Which outcomes are worth another attempt: the retry strategies of `mainstay.retry`.

All are immutable values, safe to share between threads. `a | b` repeats when either says so,
`a & b` when both do; any callable that takes the RetryCallState and returns a bool may stand in.
Predicates that have to be awaited belong to `mainstay.retry.asyncio`.
"""

from __future__ import annotations

from . import _checks, _conditions, _native
from ._messages import ExceptionMessage, NotExceptionMessage
from ._value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeAlias

    from ._policy import RetryCallState

    Retry: TypeAlias = "retry_base | Callable[[RetryCallState], bool]"
    Types: TypeAlias = "type[BaseException] | tuple[type[BaseException], ...]"

__all__ = [
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
]

AWAITING = "use the strategy of that name in mainstay.retry.asyncio"


class retry_base(Value, _conditions.Condition):
    """Base of the retry strategies; subclass it and define `__call__`."""

    _strategy_kind = "retry"

    _any: Any
    _all: Any


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


def _conditions_at_once(retries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what cannot be asked, or answers only when awaited."""
    for retry in conditions(retries):
        _checks.synchronous("each retry", retry, AWAITING)
    return retries


@_native.adopt
class _retry_never(_native.RetryNever, retry_base):
    """Never repeat."""

    _called_with_nothing = "retry_never is a strategy, not a class; write retry_never without ()"

    def __reduce__(self) -> str:
        return "retry_never"

    def __repr__(self) -> str:
        return "retry_never"


retry_never = _retry_never()
"""Never repeat, except after TryAgain."""


@_native.adopt
class _retry_always(_native.RetryAlways, retry_base):
    """Repeat after every outcome."""

    _called_with_nothing = "retry_always is a strategy, not a class; write retry_always without ()"

    def __reduce__(self) -> str:
        return "retry_always"

    def __repr__(self) -> str:
        return "retry_always"


retry_always = _retry_always()
"""Repeat after every outcome, good ones included, until the stop strategy ends it."""


@_native.adopt
class retry_any(_native.RetryAny, retry_base):
    """Repeat when one of the strategies says so; those after it are not asked."""

    def __init__(self, *retries: Retry) -> None:
        self._fill(retries=_conditions_at_once(retries))


@_native.adopt
class retry_all(_native.RetryAll, retry_base):
    """Repeat when all of the strategies say so; those after a refusal are not asked."""

    def __init__(self, *retries: Retry) -> None:
        self._fill(retries=_conditions_at_once(retries))


retry_base._any, retry_base._all = retry_any, retry_all


@_native.adopt
class retry_if_not_exception_type(_native.RetryIfNotExceptionType, retry_by_type):
    """Repeat after an exception of any other type."""

    def __init__(self, exception_types: Types = Exception, *more: NoReturn) -> None:
        retry_by_type.__init__(self, exception_types, *more)


@_native.adopt
class retry_unless_exception_type(_native.RetryUnlessExceptionType, retry_by_type):
    """Repeat until an exception of one of the types comes: after results too."""

    def __init__(self, exception_types: Types = Exception, *more: NoReturn) -> None:
        retry_by_type.__init__(self, exception_types, *more)


@_native.adopt
class retry_if_exception_cause_type(_native.RetryIfExceptionCauseType, retry_base):
    """Repeat when a cause of the exception, however far down, is of one of the types."""

    exception_cause_types: Types

    _arguments = {"exception_cause_types": "exception_types"}

    def __init__(self, exception_types: Types = Exception, *more: NoReturn) -> None:
        _checks.exception_types("exception_types", exception_types, more, self)
        self._fill(exception_cause_types=exception_types)


@_native.adopt
class retry_if_exception_message(ExceptionMessage, retry_if_exception):
    """Repeat when the exception's text equals `message`, or begins as the pattern `match` says."""

    _derived = ("predicate",)

    message: str | None
    match: re.Pattern[str] | None

    def __init__(
        self, message: str | None = None, match: str | re.Pattern[str] | None = None
    ) -> None:
        if message is not None and not isinstance(message, str):
            raise TypeError(f"message must be a str, got {_checks.named(message)}")
        if (message is None) == (match is None):
            raise TypeError(
                f"{type(self).__name__} needs either message= or match=, "
                f"got {'neither' if message is None else 'both'}"
            )
        self._fill(
            message=message,
            match=None if match is None else _checks.pattern("match", match),
            predicate=self._check,
        )


@_native.adopt
class retry_if_not_exception_message(
    _native.RetryUnlessException, NotExceptionMessage, retry_if_exception_message
):
    """Repeat until an exception with such a text comes: after results too."""

    def __init__(
        self, message: str | None = None, match: str | re.Pattern[str] | None = None
    ) -> None:
        # Spelled out, so that a misspelt argument is reported under this name.
        retry_if_exception_message.__init__(self, message, match)


@_native.adopt
class retry_if_not_result(_native.RetryIfNotResult, retry_base):
    """Repeat after a result for which `predicate(result)` is false."""

    predicate: Callable[[Any], bool]

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        _checks.callback("predicate", predicate, "a callable that takes the result")
        self._fill(predicate=_checks.synchronous("predicate", predicate, AWAITING))
