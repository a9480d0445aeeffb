"""Results as wrappers see them, and the error of a call that lacks an argument."""

from __future__ import annotations

from mainstay.plugins import _copies, _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Generic, TypeVar

    ResultType = TypeVar("ResultType")


class HookCallError(Exception):
    """A hook was called without an argument that an implementation asks for."""


if TYPE_CHECKING:

    class Result(_native.Result, Generic[ResultType]):
        """What came of a call; generic for type checkers alone."""

        def __init__(self, result: ResultType | None, exception: BaseException | None) -> None: ...
        def get_result(self) -> ResultType: ...
        def force_result(self, result: ResultType) -> None: ...

else:

    class Result(_native.Result):
        """What came of a call: a value or an exception, to look at and to replace."""

        __slots__ = ()
        __getstate__ = _copies.result_state


_Result = Result
