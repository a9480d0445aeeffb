"""Plugins that installed distributions announce as entry points. Imported when first asked for."""

from __future__ import annotations

import importlib.metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.metadata import Distribution, EntryPoint
    from typing import Any

__all__ = ["announced", "described", "name_of", "unreadable"]


def announced(
    group: str, unreadable: Callable[[Distribution, Exception], None] | None = None
) -> Iterator[tuple[Distribution, EntryPoint]]:
    """Each entry point of that group with its distribution, in the order of the import path.

    The list of distributions is taken at the first step, the entry points of each when its turn
    comes: loading a plugin may change what is installed. `unreadable` is called with distributions
    whose entry points cannot be read, and why; without it that is raised.
    """
    for distribution in list(importlib.metadata.distributions()):
        if _says_nothing_of(distribution, group):
            continue
        try:
            entry_points = distribution.entry_points
        except Exception as error:  # whatever parsing a broken file comes to
            if unreadable is None:
                raise
            unreadable(distribution, error)
            continue
        for entry_point in entry_points:
            if entry_point.group == group:
                yield distribution, entry_point


def name_of(distribution: Distribution) -> str | None:
    """Its name; None when its metadata give none."""
    metadata: Any = distribution.metadata
    name = metadata["Name"] if metadata else None
    return None if name is None else str(name)


def described(distribution: Distribution) -> str:
    """Its name for a message, or else where it is."""
    name = name_of(distribution)
    if name is not None:
        return name
    place = getattr(distribution, "_path", None)
    return f"a distribution without a name{'' if place is None else f', {str(place)!r}'}"


def unreadable(distribution: Distribution, error: Exception, *, warn: bool) -> None:
    """Raise, or warn, that the entry points of a distribution cannot be read.

    Raises:
        ValueError: the message names the distribution.
    """
    message = (
        f"the entry points of {described(distribution)} cannot be read "
        f"({type(error).__name__}: {error}); install it again, or say by distributions=[...] whose "
        "to load"
    )
    if not warn:
        raise ValueError(message) from error
    import warnings

    from ._errors import PluginWarning

    warnings.warn(PluginWarning(message), stacklevel=5)  # past announced() and who called it


# Looked at by identity: whoever patches the parsing gets it.
_entry_points = vars(importlib.metadata.Distribution).get("entry_points")
_read_text = vars(importlib.metadata.PathDistribution).get("read_text")


def _says_nothing_of(distribution: Distribution, group: str) -> bool:
    """Whether an ordinary distribution does not even contain the name of the group.

    Most do not, and reading the file is several times faster than parsing it.
    """
    kind = type(distribution)
    if (
        not isinstance(group, str)  # whoever asks for something else gets nothing, by comparison
        or kind is not importlib.metadata.PathDistribution
        or vars(kind).get("read_text") is not _read_text
        or vars(importlib.metadata.Distribution).get("entry_points") is not _entry_points
        or "entry_points" in vars(kind)
    ):
        return False
    return group not in (distribution.read_text("entry_points.txt") or "")
