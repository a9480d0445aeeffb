"""Helpers for types: sentinels, a forgiving `issubclass`, all subclasses, class properties.

Plain functions without state; threads may call them at the same time.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

__all__ = ["classproperty", "get_all_subclasses", "issubclass", "make_sentinel"]

_T = TypeVar("_T")

_issubclass = issubclass


class _SentinelBase:
    """What sentinels have in common; each call of `make_sentinel` derives its own class."""

    def __init__(self, name: str, var_name: str | None) -> None:
        self.name = name
        self.var_name = var_name

    def __repr__(self) -> str:
        return self.var_name or f"{type(self).__name__}({self.name!r})"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def make_sentinel(name: str = "_MISSING", var_name: str | None = None) -> Any:
    """Return a new false value of a new class, to mean "not given" where None is a value.

    `var_name` is the name of the global variable the sentinel is assigned to: it becomes its
    `repr` and lets it be pickled. Raises `ValueError` if the caller is not in a module then.
    """
    namespace: dict[str, Any] = {}
    if var_name:
        module = sys._getframe(1).f_globals.get("__name__")
        if not module or module not in sys.modules:
            raise ValueError(
                "pickleable sentinels (those with a var_name) can only be made in the scope of"
                f" an importable module, not in {module!r}"
            )
        namespace["__module__"] = module
        namespace["__reduce__"] = lambda self: var_name
    return type("Sentinel", (_SentinelBase,), namespace)(name, var_name)


def issubclass(subclass: Any, baseclass: Any) -> bool:
    """Like the built-in, but False where an argument is no class."""
    answer = False
    try:
        answer = _issubclass(subclass, baseclass)
    except TypeError:
        pass  # one of them is no class
    return answer


def get_all_subclasses(cls: type[_T]) -> list[type[_T]]:
    """All direct and indirect subclasses of `cls`, nearest first, each once.

    Raises `TypeError` if `cls` is no class.
    """
    if not isinstance(cls, type):
        raise TypeError(f"expected a type object, not {cls!r}")
    found: dict[type[Any], None] = {}
    waiting: deque[type[Any]] = deque([cls])
    while waiting:
        for child in type.__subclasses__(waiting.popleft()):
            if child not in found:
                found[child] = None
                waiting.append(child)
    return list(found)


class classproperty(Generic[_T]):
    """A read-only property of a class: `fn` gets the class."""

    def __init__(self, fn: Callable[[Any], _T]) -> None:
        self.fn = fn

    def __get__(self, instance: Any, cls: type[Any]) -> _T:
        return self.fn(cls)
