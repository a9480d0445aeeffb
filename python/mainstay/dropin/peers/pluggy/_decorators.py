"""The two markers, and what is known of a specification."""

from __future__ import annotations

from mainstay.plugins._native import varnames

from ._door import HookimplMarker, HookSpec, HookspecMarker

__all__ = ["HookSpec", "HookimplMarker", "HookspecMarker", "varnames"]
