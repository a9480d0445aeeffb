"""freeze() and thaw(): whole structures of lists, dicts and sets, made persistent and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from ._pmap import PMap, pmap
from ._pset import PSet, pset
from ._pvector import PVector, pvector

__all__ = ["freeze", "mutant", "thaw"]


def freeze(o: Any, strict: bool = True) -> Any:
    """Return `o` with its dicts, lists and sets, at any depth, as PMaps, PVectors and PSets.

    Tuples are looked into; keys, and what is in sets, are not. Subclasses stay as they are. With
    `strict` what PMaps and PVectors in it hold is frozen too.
    """
    cls = type(o)
    if cls is dict or cls is defaultdict or (strict and isinstance(o, PMap)):
        return pmap({key: freeze(value, strict) for key, value in o.items()})
    if cls is list or (strict and isinstance(o, PVector)):
        return pvector([freeze(each, strict) for each in o])
    if cls is tuple:
        return tuple([freeze(each, strict) for each in o])
    if cls is set:
        return pset(o)
    return o


def thaw(o: Any, strict: bool = True) -> Any:
    """Return `o` with its PMaps, PVectors and PSets, at any depth, as dicts, lists and sets.

    With `strict` what dicts and lists in it hold is thawed too.
    """
    cls = type(o)
    if isinstance(o, PVector) or (strict and cls is list):
        return [thaw(each, strict) for each in o]
    if isinstance(o, PMap) or (strict and cls is dict):
        return {key: thaw(value, strict) for key, value in o.items()}
    if cls is tuple:
        return tuple([thaw(each, strict) for each in o])
    if isinstance(o, PSet):
        return set(o)
    return o


def mutant(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function: what it takes and what it returns is frozen."""

    @wraps(fn)
    def inner(*args: Any, **kwargs: Any) -> Any:
        frozen = {key: freeze(value) for key, value in kwargs.items()}
        return freeze(fn(*[freeze(each) for each in args], **frozen))

    return inner
