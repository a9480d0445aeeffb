"""Small helpers, under the names tenacity's own modules and tests use."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any, Protocol, Union

from mainstay.retry._names import (
    find_ordinal,
    get_callback_name,
    is_coroutine_callable,
    to_ordinal,
    wrap_to_async_func,
)

if sys.version_info >= (3, 12):
    from typing import override
else:

    def override(method: Any) -> Any:
        """Mark a method as overriding one of a base class, as PEP 698 asks."""
        try:
            method.__override__ = True
        except (AttributeError, TypeError):
            pass  # not everything callable takes attributes
        return method


__all__ = [
    "MAX_WAIT",
    "LoggerProtocol",
    "find_ordinal",
    "get_callback_name",
    "is_coroutine_callable",
    "override",
    "time_unit_type",
    "to_ordinal",
    "to_seconds",
    "wrap_to_async_func",
]

#: The cap of every wait that names none, in seconds.
MAX_WAIT = sys.maxsize / 2

time_unit_type = Union[int, float, timedelta]


class LoggerProtocol(Protocol):
    """Any logger with a `log` method: of logging, structlog, loguru, ..."""

    def log(self, level: int, msg: str, *args: Any) -> Any: ...


def to_seconds(time_unit: time_unit_type) -> float:
    """Return a number of seconds, or the length of a timedelta, as a float."""
    return float(time_unit.total_seconds() if isinstance(time_unit, timedelta) else time_unit)
