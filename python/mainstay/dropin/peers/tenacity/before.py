"""Hooks that run before an attempt."""

from __future__ import annotations

from mainstay.retry._hooks import before_log

from tenacity import before_nothing

__all__ = ["before_log", "before_nothing"]
