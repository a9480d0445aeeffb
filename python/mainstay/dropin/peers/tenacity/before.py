"""Hooks that run before an attempt."""

from __future__ import annotations

from typing import Any

from mainstay.retry._hooks import before_log

__all__ = ["before_log", "before_nothing"]


def before_nothing(retry_state: Any) -> None:
    """Do nothing."""
