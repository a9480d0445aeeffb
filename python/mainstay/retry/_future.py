"""The outcome of an attempt as programs see it; each door has a class of its own."""

from __future__ import annotations

import threading
from concurrent import futures

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Future"]


class _MadeWhenNeeded:
    """A part of a future that is made when it is looked at: few outcomes are ever waited for.

    No data descriptor: once made, the part is an attribute of the future like any other.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, future: Any, owner: Any = None) -> Any:
        if future is None:
            return self
        # setdefault: of two threads that look at once, both get the same object.
        return future.__dict__.setdefault(self._name, self._make())


class Future(_native.Outcome, futures.Future):  # type: ignore[type-arg]
    """The outcome of one attempt: a finished `concurrent.futures.Future` with its number.

    Attributes:
        attempt_number: which attempt it was; the first is 1.
    """

    attempt_number: int

    # A finished future as the native loop makes it has an outcome and nothing else; what it is
    # asked for beyond that is here. The constructor sets all of these on the instance.
    _condition: Any = _MadeWhenNeeded(threading.Condition)
    _waiters: Any = _MadeWhenNeeded(list)
    _done_callbacks = _MadeWhenNeeded(list)
    _state = "FINISHED"
    _result: Any = None
    _exception: BaseException | None = None

    def __init__(self, attempt_number: int) -> None:
        super().__init__()
        self.attempt_number = attempt_number

    def __reduce__(self) -> Any:
        # Without the lock, and those who wait for it; every constructor, the peer's too, makes one.
        state = {name: vars(self)[name] for name in vars(self) if name not in _OF_THIS_PROCESS}
        outcome = {name: getattr(self, name) for name in ("_state", "_result", "_exception")}
        return type(self), (self.attempt_number,), {**state, **outcome}

    @classmethod
    def construct(cls, attempt_number: int, value: Any, has_exception: bool) -> Any:
        """Make a finished future from a result, or from an exception when `has_exception`."""
        future = cls(attempt_number)
        if has_exception:
            future.set_exception(value)
        else:
            future.set_result(value)
        return future


_OF_THIS_PROCESS = {"_condition", "_waiters", "_done_callbacks"}
