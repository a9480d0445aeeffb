"""A bound logger for a wrapped logger with any methods."""

from __future__ import annotations

from functools import partial

from ._base import BoundLoggerBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class BoundLogger(BoundLoggerBase):
    """Passes every method it does not have itself on to the wrapped logger, with the event.

    A method that was used once is an attribute of the logger from then on.
    """

    def __getattr__(self, method_name: str) -> Any:
        if method_name == "__deepcopy__":
            return None  # copied as any other object
        method = partial(self._proxy_to_logger, method_name)
        setattr(self, method_name, method)
        return method
