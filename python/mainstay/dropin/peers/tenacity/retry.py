"""Which outcomes are worth another attempt: tenacity's retry strategies."""

from __future__ import annotations

from mainstay.retry import _conditions, _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "RetryBaseT",
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


class retry_base(_conditions.Condition):
    """Base of the retry strategies; `&` and `|` combine them with each other and with callables."""


@_native.adopt
class _retry_never(_conditions.Never, retry_base):
    """Never repeat."""


retry_never = _retry_never()


@_native.adopt
class _retry_always(_conditions.Always, retry_base):
    """Repeat after every outcome."""


retry_always = _retry_always()


@_native.adopt
class retry_if_exception(_conditions.IfException, retry_base):
    """Repeat after an exception for which the predicate is true."""


@_native.adopt
class retry_if_exception_type(_conditions.IfExceptionType, retry_if_exception):
    """Repeat after an exception of one of the types."""


@_native.adopt
class retry_if_not_exception_type(_conditions.IfNotExceptionType, retry_if_exception):
    """Repeat after an exception of any other type."""


@_native.adopt
class retry_unless_exception_type(_conditions.UnlessExceptionType, retry_if_exception):
    """Repeat until an exception of one of the types comes."""


@_native.adopt
class retry_if_exception_cause_type(_conditions.IfExceptionCauseType, retry_base):
    """Repeat when a cause of the exception, however far down, is of one of the types."""


@_native.adopt
class retry_if_result(_conditions.IfResult, retry_base):
    """Repeat after a result for which the predicate is true."""


@_native.adopt
class retry_if_not_result(_conditions.IfNotResult, retry_base):
    """Repeat after a result for which the predicate is false."""


@_native.adopt
class retry_if_exception_message(_conditions.IfExceptionMessage, retry_if_exception):
    """Repeat when the exception's text equals message, or begins as match says."""


@_native.adopt
class retry_if_not_exception_message(_conditions.IfNotExceptionMessage, retry_if_exception_message):
    """Repeat until an exception with such a text comes."""


@_native.adopt
class retry_any(_conditions.AnyOf, retry_base):
    """Repeat when one of the strategies says so."""


@_native.adopt
class retry_all(_conditions.AllOf, retry_base):
    """Repeat when all of the strategies say so."""


retry_base._any = retry_any
retry_base._all = retry_all


def __getattr__(name: str) -> Any:
    if name == "RetryBaseT":
        from tenacity._types import RetryBaseT

        return RetryBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
