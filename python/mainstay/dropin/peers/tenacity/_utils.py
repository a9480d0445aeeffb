"""Small helpers, under the names tenacity's own modules and tests use."""

from __future__ import annotations

import sys

from mainstay.retry._names import (
    find_ordinal,
    get_callback_name,
    is_coroutine_callable,
    to_ordinal,
    wrap_to_async_func,
)
from mainstay.retry._native import to_seconds

from .wait import MAX_WAIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def _override() -> Any:
    """`typing.override` where there is one; its run-time half, the mark of PEP 698, elsewhere."""
    if sys.version_info >= (3, 12):
        from typing import override

        return override

    def mark(method: Any) -> Any:
        try:
            method.__override__ = True
        except (AttributeError, TypeError):
            pass  # not everything callable takes attributes
        return method

    return mark


def __getattr__(name: str) -> Any:
    if name == "override":
        return _override()
    if name == "LoggerProtocol":
        from tenacity._types import LoggerProtocol

        return LoggerProtocol
    if name == "time_unit_type":
        from tenacity._types import time_unit_type

        return time_unit_type
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
