"""Hooks that run before an attempt."""

from __future__ import annotations

from mainstay.retry._hooks import before_log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["before_log", "before_nothing"]


def before_nothing(retry_state: Any) -> None:
    """Do nothing."""
