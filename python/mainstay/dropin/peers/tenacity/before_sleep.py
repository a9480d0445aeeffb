"""Hooks that run before the sleep between two attempts."""

from __future__ import annotations

from typing import Any

from mainstay.retry._hooks import before_sleep_log

__all__ = ["before_sleep_log", "before_sleep_nothing"]


def before_sleep_nothing(retry_state: Any) -> None:
    """Do nothing."""
