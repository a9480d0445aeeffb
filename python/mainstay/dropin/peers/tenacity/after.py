"""Hooks that run after an attempt that is to be repeated."""

from __future__ import annotations

from mainstay.retry._hooks import after_log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["after_log", "after_nothing"]


def after_nothing(retry_state: Any) -> None:
    """Do nothing."""
