"""Proves which way the operations went, by the counter the capability's native module keeps.

A capability without a counter has no `paths()`; then nothing is known and nothing promised.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from .case import Case

Counter = Callable[[], dict[str, int]]
TRIED = 3


def counter_of(noun: str) -> Counter | None:
    """The path counter of a capability, or None."""
    try:
        native = import_module(f"mainstay.{noun}._native")
    except ImportError:
        return None
    counter: Counter | None = getattr(native, "paths", None)
    return counter


def way_taken(case: Case, counter: Counter) -> str:
    """What the counter says about a few operations: one way, several joined by `;`, or ""."""
    before = counter()
    with case.around():
        case.loop(TRIED)
    after = counter()
    return "; ".join(way for way, count in after.items() if count > before.get(way, 0))


def complaint(case: Case, door: str, taken: str) -> str | None:
    """Why this is not the way the case was meant to go, or None when it is."""
    if case.path is None or taken == case.path:
        return None
    return (
        f"{case.row} ({case.variant}) on {door} went the way '{taken or 'none that is counted'}' "
        f"and was meant to go '{case.path}'; see paths() and docs/internals"
    )
