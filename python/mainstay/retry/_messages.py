"""Conditions on the text of an exception: what those of both doors have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ExceptionMessage", "NotExceptionMessage"]


class ExceptionMessage:
    """Whether the text of an exception equals `message`, or begins as `match` says."""

    message: Any
    match: Any

    def _check(self, exception: BaseException) -> Any:
        if self.match is None:
            return self.message == str(exception)
        return bool(self.match.match(str(exception)))


class NotExceptionMessage(ExceptionMessage):
    """Whether it does not."""

    def _check(self, exception: BaseException) -> Any:
        return not super()._check(exception)
