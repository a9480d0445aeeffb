"""Hooks that run before the sleep between two attempts."""

from __future__ import annotations

from mainstay.retry._hooks import before_sleep_log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["before_sleep_log", "before_sleep_nothing"]


def before_sleep_nothing(retry_state: Any) -> None:
    """Do nothing."""
