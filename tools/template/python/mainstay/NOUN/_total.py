"""Adding up: what is checked here, and what the engine does."""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def total(numbers: Iterable[int]) -> int:
    """The sum of `numbers`, 0 when there are none.

    Raises TypeError when something in them is no int, OverflowError when a partial sum does not fit
    64 bits. May be called from any thread.
    """
    return _native.total(numbers)
