"""When an outcome is worth another attempt: the retry strategies' behaviour, for both doors.

A condition is called with the RetryCallState and looks at its outcome. Each door subclasses these
with its own names and checks, and tells `Condition` which classes `&` and `|` make.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "AllOf",
    "Always",
    "AnyOf",
    "Condition",
    "IfException",
    "IfExceptionCauseType",
    "IfExceptionMessage",
    "IfExceptionType",
    "IfNotExceptionMessage",
    "IfNotExceptionType",
    "IfNotResult",
    "IfResult",
    "Never",
    "UnlessExceptionType",
    "known_outcome",
]


def known_outcome(retry_state: Any, where: str = "__call__()") -> Any:
    """The outcome of the attempt; RuntimeError while there is none."""
    outcome = retry_state.outcome
    if outcome is None:
        raise RuntimeError(f"{where} called before outcome was set")
    return outcome


def known_exception(outcome: Any) -> Any:
    """What a failed attempt raised; RuntimeError if it did not."""
    exception = outcome.exception()
    if exception is None:
        raise RuntimeError("outcome failed but the exception is None")
    return exception


class Condition(_native.Strategy, ABC):
    """Base of the retry strategies. `&` and `|` combine two, or one and any callable.

    A combination of the same kind on either side is taken apart, so chains stay flat.
    """

    # The combinations of the door the class belongs to.
    _all: Any
    _any: Any

    @abstractmethod
    def __call__(self, retry_state: Any) -> Any:
        """Return whether the attempt is to be repeated."""

    def __and__(self, other: Any) -> Any:
        if isinstance(other, Condition):
            return other.__rand__(self)
        return self._all(*_parts(self, AllOf), other)

    def __rand__(self, other: Any) -> Any:
        return self._all(*_parts(other, AllOf), *_parts(self, AllOf))

    def __or__(self, other: Any) -> Any:
        if isinstance(other, Condition):
            return other.__ror__(self)
        return self._any(*_parts(self, AnyOf), other)

    def __ror__(self, other: Any) -> Any:
        return self._any(*_parts(other, AnyOf), *_parts(self, AnyOf))


def _parts(condition: Any, kind: type[AnyOf | AllOf]) -> tuple[Any, ...]:
    return tuple(condition.retries) if isinstance(condition, kind) else (condition,)


class Never(_native.RetryNever, Condition):
    """Takes every outcome as it is."""


class Always(_native.RetryAlways, Condition):
    """Repeats after every outcome, good ones included."""


class AnyOf(_native.RetryAny, Condition):
    """Repeats when one of `retries` says so; those after it are not asked."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries


class AllOf(_native.RetryAll, Condition):
    """Repeats when all of `retries` say so; those after a refusal are not asked."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries


class IfException(_native.RetryIfException, Condition):
    """Repeats after an exception for which `predicate(exception)` is true."""

    def __init__(self, predicate: Any) -> None:
        self.predicate = predicate


class IfExceptionType(_native.RetryIfExceptionType, IfException):
    """Repeats after an exception of one of the given types."""

    def __init__(self, exception_types: Any = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


class IfNotExceptionType(_native.RetryIfNotExceptionType, IfException):
    """Repeats after an exception of any type but the given ones."""

    def __init__(self, exception_types: Any = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


class UnlessExceptionType(_native.RetryUnlessExceptionType, IfException):
    """Repeats until an exception of one of the given types comes: after results too."""

    def __init__(self, exception_types: Any = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


class IfExceptionCauseType(_native.RetryIfExceptionCauseType, Condition):
    """Repeats when one of the causes of the exception, however far down, is of the given types."""

    def __init__(self, exception_types: Any = Exception) -> None:
        self.exception_cause_types = exception_types


class IfExceptionMessage(IfException):
    """Repeats when the text of the exception equals `message`, or begins as `match` says."""

    def __init__(self, message: Any = None, match: Any = None) -> None:
        name = type(self).__name__
        if message is not None and match is not None:
            raise TypeError(f"{name}() takes either 'message' or 'match', not both")
        if message is None and match is None:
            raise TypeError(f"{name}() missing 1 required argument 'message' or 'match'")
        self.message = message
        if match is not None:
            import re  # not for everybody: it is among the dearer imports

            match = re.compile(match)
        self.match = match
        super().__init__(self._check)

    def _check(self, exception: BaseException) -> Any:
        if self.match is None:
            return self.message == str(exception)
        return bool(self.match.match(str(exception)))


class IfNotExceptionMessage(_native.RetryUnlessException, IfExceptionMessage):
    """Repeats until an exception with such a text comes: after results too."""

    def _check(self, exception: BaseException) -> Any:
        return not super()._check(exception)


class IfResult(_native.RetryIfResult, Condition):
    """Repeats after a result for which `predicate(result)` is true."""

    def __init__(self, predicate: Any) -> None:
        self.predicate = predicate


class IfNotResult(_native.RetryIfNotResult, Condition):
    """Repeats after a result for which `predicate(result)` is false."""

    def __init__(self, predicate: Any) -> None:
        self.predicate = predicate
