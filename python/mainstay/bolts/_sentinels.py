"""Values that stand for "not given": false, themselves when copied, pickled by their name."""

from __future__ import annotations


class Sentinel:
    """A global constant of one module, `name` in `module`. Immutable; shared by all threads."""

    def __init__(self, name: str, module: str) -> None:
        self._name = name
        self.__module__ = module

    def __repr__(self) -> str:
        return self._name

    def __reduce__(self) -> str:
        return self._name

    def __bool__(self) -> bool:
        return False
