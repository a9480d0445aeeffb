"""What is cold stays Python: the total of an iterable, by the native type."""

from __future__ import annotations

from ._native import Total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def total(numbers: Iterable[int]) -> int:
    """The sum of `numbers`, 0 when there are none.

    Raises TypeError when something in them is no int, OverflowError when a partial sum does not fit
    64 bits. May be called from any thread.
    """
    running = Total()
    for number in numbers:
        running.add(number)
    return running.value
