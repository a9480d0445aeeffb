"""freeze() and thaw(): whole structures of lists, dicts and sets, made persistent and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from . import _native
from ._native import freeze, thaw

__all__ = ["freeze", "mutant", "thaw"]

for _each in (freeze, thaw):
    _each.__module__ = __name__
_native.provide(defaultdict=defaultdict)


def mutant(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function: what it takes and what it returns is frozen."""

    @wraps(fn)
    def inner(*args: Any, **kwargs: Any) -> Any:
        frozen = {key: freeze(value) for key, value in kwargs.items()}
        return freeze(fn(*[freeze(each) for each in args], **frozen))

    return inner
