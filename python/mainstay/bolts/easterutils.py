"""A joke from a television series; it has no use."""

from __future__ import annotations

__all__ = ["gobs_program"]


def gobs_program() -> None:
    """Gob's program of 2006: print one word until it is interrupted."""
    word = "Penus"
    while word:
        print(word, end=" ")
