"""Which outcomes are worth another attempt: tenacity's retry strategies."""

from __future__ import annotations

import re

from mainstay.retry import _conditions, _native
from mainstay.retry._messages import ExceptionMessage, NotExceptionMessage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Types: TypeAlias = "type[BaseException] | tuple[type[BaseException], ...]"

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

    _any: Any = staticmethod(lambda *retries: retry_any(*retries))
    _all: Any = staticmethod(lambda *retries: retry_all(*retries))


@_native.adopt
class retry_if_exception(_native.RetryIfException, retry_base):
    """Repeat after an exception for which the predicate is true."""

    def __init__(self, predicate: Callable[[BaseException], bool]) -> None:
        self.predicate = predicate


@_native.adopt
class retry_if_exception_type(_native.RetryIfExceptionType, retry_if_exception):
    """Repeat after an exception of one of the types."""

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_if_result(_native.RetryIfResult, retry_base):
    """Repeat after a result for which the predicate is true."""

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        self.predicate = predicate


@_native.adopt
class _retry_never(_native.RetryNever, retry_base):
    """Never repeat."""


retry_never = _retry_never()


@_native.adopt
class _retry_always(_native.RetryAlways, retry_base):
    """Repeat after every outcome."""


retry_always = _retry_always()


@_native.adopt
class retry_if_not_exception_type(_native.RetryIfNotExceptionType, retry_if_exception):
    """Repeat after an exception of any other type."""

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_unless_exception_type(_native.RetryUnlessExceptionType, retry_if_exception):
    """Repeat until an exception of one of the types comes."""

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_if_exception_cause_type(_native.RetryIfExceptionCauseType, retry_base):
    """Repeat when a cause of the exception, however far down, is of one of the types."""

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_cause_types = exception_types


@_native.adopt
class retry_if_not_result(_native.RetryIfNotResult, retry_base):
    """Repeat after a result for which the predicate is false."""

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        self.predicate = predicate


@_native.adopt
class retry_if_exception_message(ExceptionMessage, retry_if_exception):
    """Repeat when the exception's text equals message, or begins as match says."""

    def __init__(self, message: str | None = None, match: Any = None) -> None:
        name = type(self).__name__
        if message is not None and match is not None:
            raise TypeError(f"{name}() takes either 'message' or 'match', not both")
        if message is None and match is None:
            raise TypeError(f"{name}() missing 1 required argument 'message' or 'match'")
        self.message = message
        if match is not None:
            match = re.compile(match)
        self.match = match
        super().__init__(self._check)


@_native.adopt
class retry_if_not_exception_message(
    _native.RetryUnlessException, NotExceptionMessage, retry_if_exception_message
):
    """Repeat until an exception with such a text comes."""


@_native.adopt
class retry_any(_native.RetryAny, retry_base):
    """Repeat when one of the strategies says so."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries


@_native.adopt
class retry_all(_native.RetryAll, retry_base):
    """Repeat when all of the strategies say so."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries


def __getattr__(name: str) -> Any:
    if name == "RetryBaseT":
        from tenacity._types import RetryBaseT

        return RetryBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
