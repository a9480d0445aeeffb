"""Hooks that run after an attempt that is to be repeated."""

from __future__ import annotations

from mainstay.retry._hooks import after_log

from tenacity import after_nothing

__all__ = ["after_log", "after_nothing"]
