"""The retry strategies that many programs do without.

Imported when a program looks at one of them in `tenacity.retry`. That is the module they say they
are of, by the very string it has: so pickles come out as the peer's, byte for byte.
"""

from __future__ import annotations

from mainstay.retry import _native
from mainstay.retry._messages import ExceptionMessage, NotExceptionMessage

from .retry import retry_base, retry_if_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .retry import Types

__all__ = [
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
]


@_native.adopt
class _retry_never(_native.RetryNever, retry_base):
    """Never repeat."""

    __module__ = retry_base.__module__


retry_never = _retry_never()


@_native.adopt
class _retry_always(_native.RetryAlways, retry_base):
    """Repeat after every outcome."""

    __module__ = retry_base.__module__


retry_always = _retry_always()


@_native.adopt
class retry_if_not_exception_type(_native.RetryIfNotExceptionType, retry_if_exception):
    """Repeat after an exception of any other type."""

    __module__ = retry_base.__module__

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_unless_exception_type(_native.RetryUnlessExceptionType, retry_if_exception):
    """Repeat until an exception of one of the types comes."""

    __module__ = retry_base.__module__

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_types = exception_types
        super().__init__(self._check)


@_native.adopt
class retry_if_exception_cause_type(_native.RetryIfExceptionCauseType, retry_base):
    """Repeat when a cause of the exception, however far down, is of one of the types."""

    __module__ = retry_base.__module__

    def __init__(self, exception_types: Types = Exception) -> None:
        self.exception_cause_types = exception_types


@_native.adopt
class retry_if_not_result(_native.RetryIfNotResult, retry_base):
    """Repeat after a result for which the predicate is false."""

    __module__ = retry_base.__module__

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        self.predicate = predicate


@_native.adopt
class retry_if_exception_message(ExceptionMessage, retry_if_exception):
    """Repeat when the exception's text equals message, or begins as match says."""

    __module__ = retry_base.__module__

    def __init__(self, message: str | None = None, match: Any = None) -> None:
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


@_native.adopt
class retry_if_not_exception_message(
    _native.RetryUnlessException, NotExceptionMessage, retry_if_exception_message
):
    """Repeat until an exception with such a text comes."""

    __module__ = retry_base.__module__


@_native.adopt
class retry_any(_native.RetryAny, retry_base):
    """Repeat when one of the strategies says so."""

    __module__ = retry_base.__module__

    def __init__(self, *retries: Any) -> None:
        self.retries = retries


@_native.adopt
class retry_all(_native.RetryAll, retry_base):
    """Repeat when all of the strategies say so."""

    __module__ = retry_base.__module__

    def __init__(self, *retries: Any) -> None:
        self.retries = retries
