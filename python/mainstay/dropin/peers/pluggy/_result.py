"""Results as wrappers see them, and the error of a call that lacks an argument."""

from __future__ import annotations

from ._door import HookCallError, Result

__all__ = ["HookCallError", "Result", "_Result"]

_Result = Result
