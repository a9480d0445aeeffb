"""One implementation of a hook."""

from __future__ import annotations

from ._door import HookImpl

__all__ = ["HookImpl"]
