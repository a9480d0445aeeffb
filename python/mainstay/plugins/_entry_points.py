"""Plugins that installed distributions announce as entry points. Imported when first asked for."""

from __future__ import annotations

import importlib.metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution, EntryPoint

__all__ = ["announced"]


def announced(group: str) -> Iterator[tuple[Distribution, EntryPoint]]:
    """Each entry point of that group with its distribution, in the order of the import path.

    The list of distributions is taken at the first step, the entry points of each when its turn
    comes: loading a plugin may change what is installed.
    """
    for distribution in list(importlib.metadata.distributions()):
        if _says_nothing_of(distribution, group):
            continue
        for entry_point in distribution.entry_points:
            if entry_point.group == group:
                yield distribution, entry_point


# Looked at by identity: whoever patches the parsing gets it.
_entry_points = vars(importlib.metadata.Distribution).get("entry_points")
_read_text = vars(importlib.metadata.PathDistribution).get("read_text")


def _says_nothing_of(distribution: Distribution, group: str) -> bool:
    """Whether an ordinary distribution does not even contain the name of the group.

    Most do not, and reading the file is several times faster than parsing it.
    """
    kind = type(distribution)
    if (
        kind is not importlib.metadata.PathDistribution
        or vars(kind).get("read_text") is not _read_text
        or vars(importlib.metadata.Distribution).get("entry_points") is not _entry_points
        or "entry_points" in vars(kind)
    ):
        return False
    return group not in (distribution.read_text("entry_points.txt") or "")
