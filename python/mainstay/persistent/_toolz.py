"""get_in(): read deep in a structure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["get_in"]


def get_in(keys: Iterable[Any], coll: Any, default: Any = None, no_default: bool = False) -> Any:
    """Return `coll[keys[0]][keys[1]]...`, or `default` where there is no such thing.

    With `no_default` the KeyError, IndexError or TypeError is raised instead.
    """
    try:
        for key in keys:
            coll = coll[key]
    except (KeyError, IndexError, TypeError):
        if no_default:
            raise
        return default
    return coll
