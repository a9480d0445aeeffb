"""The garbage collector: finding all objects of a type, and switching it off for a while.

The switch is one for the whole process: threads that use it at the same time disturb each other.
"""

from __future__ import annotations

import gc
from typing import Any, TypeVar

__all__ = ["GCToggler", "get_all", "toggle_gc", "toggle_gc_postcollect"]

_T = TypeVar("_T")


def get_all(type_obj: type[_T], include_subtypes: bool = True) -> list[_T]:
    """All objects of a type that the collector knows; with those of subclasses by default.

    Built-in values such as numbers and texts are not known to it. Raises `TypeError` for no type.
    """
    if not isinstance(type_obj, type):
        raise TypeError(f"expected a type, not {type_obj!r}")
    # Objects of classes refer to their class. Others, of built-in types, are all looked through.
    wanted: list[type[Any]] = [type_obj]
    if include_subtypes:
        for cls in wanted:
            wanted += [sub for sub in type.__subclasses__(cls) if sub not in wanted]
    heap = all(cls.__flags__ & (1 << 9) for cls in wanted)  # Py_TPFLAGS_HEAPTYPE
    candidates = gc.get_referrers(*wanted) if heap else gc.get_objects()
    found: list[_T] = []
    seen: set[int] = set()
    kinds = tuple(wanted)
    for candidate in candidates:
        kind = type(candidate)
        if kind in kinds and id(candidate) not in seen:
            seen.add(id(candidate))
            found.append(candidate)
    return found


class GCToggler:
    """Context manager: no collections inside, and one at the end if `postcollect` is true."""

    def __init__(self, postcollect: bool = False) -> None:
        self.postcollect = postcollect

    def __enter__(self) -> None:
        gc.disable()

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        steps = (gc.enable, gc.collect) if self.postcollect else (gc.enable,)
        for step in steps:
            step()


toggle_gc = GCToggler()
toggle_gc_postcollect = GCToggler(postcollect=True)
