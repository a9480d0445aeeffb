"""Hooks as programs call them: the callers, and the relay that holds them."""

from __future__ import annotations

from ._door import HookCaller, HookRelay, _SubsetHookCaller

__all__ = ["HookCaller", "HookRelay", "_HookCaller", "_HookRelay", "_SubsetHookCaller"]

_HookRelay = HookRelay
_HookCaller = HookCaller
