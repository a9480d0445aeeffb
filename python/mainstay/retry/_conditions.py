"""When an outcome is worth another attempt: what the retry strategies of both doors have in common.

A condition is called with the RetryCallState and looks at its outcome; what it answers is native.
Each door has its own classes, with its own names and checks, and tells `Condition` which of them
`&` and `|` make.
"""

from abc import ABC, abstractmethod

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Condition", "known_exception", "known_outcome"]


def known_outcome(retry_state: "Any", where: str = "__call__()") -> "Any":
    """The outcome of the attempt; RuntimeError while there is none."""
    outcome = retry_state.outcome
    if outcome is None:
        raise RuntimeError(f"{where} called before outcome was set")
    return outcome


def known_exception(outcome: "Any") -> "Any":
    """What a failed attempt raised; RuntimeError if it did not."""
    exception = outcome.exception()
    if exception is None:
        raise RuntimeError("outcome failed but the exception is None")
    return exception


class Condition(ABC):
    """Base of the retry strategies. `&` and `|` combine two, or one and any callable.

    A combination of the same kind on either side is taken apart, so chains stay flat.
    """

    # The combinations of the door the class belongs to.
    _all: "Any"
    _any: "Any"

    @abstractmethod
    def __call__(self, retry_state: "Any") -> "Any":
        """Return whether the attempt is to be repeated."""

    def __and__(self, other: "Any") -> "Any":
        if isinstance(other, Condition):
            return other.__rand__(self)
        return self._all(*_parts(self, _native.RetryAll), other)

    def __rand__(self, other: "Any") -> "Any":
        return self._all(*_parts(other, _native.RetryAll), *_parts(self, _native.RetryAll))

    def __or__(self, other: "Any") -> "Any":
        if isinstance(other, Condition):
            return other.__ror__(self)
        return self._any(*_parts(self, _native.RetryAny), other)

    def __ror__(self, other: "Any") -> "Any":
        return self._any(*_parts(other, _native.RetryAny), *_parts(self, _native.RetryAny))


def _parts(condition: "Any", kind: "type[Any]") -> "tuple[Any, ...]":
    return tuple(condition.retries) if isinstance(condition, kind) else (condition,)
