"""Which outcomes are worth another attempt: tenacity's retry strategies."""

from mainstay import _bring
from mainstay.retry import _conditions, _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

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

    _any: "Any" = staticmethod(lambda *retries: __getattr__("retry_any")(*retries))
    _all: "Any" = staticmethod(lambda *retries: __getattr__("retry_all")(*retries))


@_native.adopt
class retry_if_exception(_native.RetryIfException, retry_base):
    """Repeat after an exception for which the predicate is true."""

    def __init__(self, predicate: "Callable[[BaseException], bool]") -> None:
        self.predicate = predicate


@_native.adopt
class retry_if_exception_type(_native.RetryIfExceptionType, retry_if_exception):
    """Repeat after an exception of one of the types."""

    def __init__(self, exception_types: "Types" = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_if_result(_native.RetryIfResult, retry_base):
    """Repeat after a result for which the predicate is true."""

    def __init__(self, predicate: "Callable[[Any], bool]") -> None:
        self.predicate = predicate


# Imported when a program looks at one of them.
_LATE = (
    "_retry_always",
    "_retry_never",
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
)


def __getattr__(name: str) -> "Any":
    here = globals()
    if name in here:
        return here[name]
    if name in _LATE:
        _bring(here, "_more_conditions", _LATE)
        return here[name]
    if name == "RetryBaseT":
        from tenacity._types import RetryBaseT

        return RetryBaseT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
