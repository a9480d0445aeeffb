"""What parameters a callable has, of predicates and factories.

`inspect` knows more and costs a quarter of the import of this package; it must not be imported by a
call either, for a child of a program with threads could hang there.
"""

from __future__ import annotations

from functools import partial
from types import MethodType
from typing import Any

__all__ = ["arity", "parameters"]


def arity(function: Any) -> int:
    """Return how many arguments must be given by position."""
    return sum(parameters(function).values())


def parameters(function: Any) -> dict[str, bool]:
    """Return the names of the parameters, and which of them must be given by position.

    ValueError: a built-in that does not say.
    """
    if isinstance(function, MethodType):
        return _bound(parameters(function.__func__))
    declared = getattr(getattr(function, "__signature__", None), "parameters", None)
    if declared is not None:
        return {name: p.default is p.empty and p.kind <= 1 for name, p in declared.items()}
    if hasattr(function, "__wrapped__"):
        return parameters(function.__wrapped__)
    if isinstance(function, partial):
        return _partial(function)
    if hasattr(function, "__code__"):
        code = function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        required = code.co_argcount - len(function.__defaults__ or ())
        return {name: place < required for place, name in enumerate(names)}
    kind = function if isinstance(function, type) else type(function)
    own = [getattr(kind, name) for name in ("__call__", "__new__", "__init__")]
    for method in own[1:] if kind is function else own[:1]:
        if hasattr(method, "__code__"):
            return _bound(parameters(method))
    text = getattr(function, "__text_signature__", None)
    if text is None:
        raise ValueError(f"{function!r} does not say how many arguments it takes; wrap it")
    return _from_text(text, getattr(function, "__self__", None) is not None)


def _bound(found: dict[str, bool]) -> dict[str, bool]:
    return {name: found[name] for name in list(found)[1:]}


def _partial(function: partial[Any]) -> dict[str, bool]:
    found = parameters(function.func)
    required = True
    for name in list(found)[: len(function.args)]:
        del found[name]
    for name in found:
        # What comes behind a parameter that is given by name can be given by name only.
        required = required and name not in function.keywords
        found[name] = found[name] and required
    return found


def _from_text(text: str, bound: bool) -> dict[str, bool]:
    """Read "($self, key, default=None, /)"."""
    found: dict[str, bool] = {}
    required = True
    for part in text.strip("()").split(","):
        name, has_default, _ = part.strip().partition("=")
        required = required and not name.startswith("*")
        if name.lstrip("$").isidentifier() and not (bound and name.startswith("$")):
            found[name.lstrip("$")] = required and not has_default
    return found
