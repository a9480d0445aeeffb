"""All that is wrong with a document at once: where, what was wanted, what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._errors import GlomError
from ._repr import bbrepr
from .core import glom
from .matching import And, Match, Optional, Required, _precedence

_MAX_DEPTH = 200


@dataclass(frozen=True)
class Problem:
    """One place of a document that a pattern refuses. `pointer` is a JSON Pointer (RFC 6901)."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the document'}: {self.message}"


def problems(target: Any, pattern: Any) -> list[Problem]:
    """Everything that `Match(pattern)` would refuse in `target`, in the order of the document.

    Dict patterns, lists, tuples and `And` are looked into; anything else is one place that matches
    or does not. An empty list means that the target matches. Documents nested more than 200 deep
    have a problem there. Raises nothing for what is wrong with the target.
    """
    found: list[Problem] = []
    _look(target, pattern.spec if type(pattern) is Match else pattern, "", found)
    return found


def _look(target: Any, pattern: Any, pointer: str, found: list[Problem]) -> None:
    if pointer.count("/") > _MAX_DEPTH:
        found.append(Problem(pointer, f"nested more than {_MAX_DEPTH} deep"))
    elif type(pattern) is dict and isinstance(target, dict):
        _look_at_dict(target, pattern, pointer, found)
    elif type(pattern) is list and isinstance(target, list) and len(pattern) == 1:
        for at, item in enumerate(target):
            _look(item, pattern[0], f"{pointer}/{at}", found)
    elif type(pattern) is tuple and isinstance(target, tuple) and len(pattern) == len(target):
        for at, (item, below) in enumerate(zip(target, pattern, strict=True)):
            _look(item, below, f"{pointer}/{at}", found)
    elif type(pattern) is And:
        for child in pattern.children:
            before = len(found)
            _look(target, child, pointer, found)
            if len(found) > before:  # later ones may rely on this one
                return
    else:
        message = _refusal(target, pattern)
        if message is not None:
            found.append(Problem(pointer, message))


def _look_at_dict(
    target: dict[Any, Any], pattern: dict[Any, Any], pointer: str, found: list[Problem]
) -> None:
    missing = {
        key
        for key in pattern
        if type(key) is Required or (type(key) is not Optional and _precedence(key) == 0)
    }
    for key, value in target.items():
        below = f"{pointer}/{_escaped(key)}"
        for wanted in pattern:
            if _refusal(key, wanted.key if type(wanted) is Required else wanted) is None:
                missing.discard(wanted)
                _look(value, pattern[wanted], below, found)
                break
        else:
            found.append(Problem(below, f"key {bbrepr(key)} is not wanted here; remove it"))
    for key in pattern:  # in the order of the pattern
        if key in missing:
            name = key.key if type(key) is Required else key
            found.append(Problem(f"{pointer}/{_escaped(name)}", "is missing; add it"))


def _refusal(target: Any, pattern: Any) -> str | None:
    try:
        glom(target, Match(pattern))
    except GlomError as error:
        cause = error._wrapped if error._wrapped is not None else error
        return cause.get_message() if isinstance(cause, GlomError) else repr(cause)
    return None


def _escaped(key: Any) -> str:
    text = key if isinstance(key, str) else bbrepr(key)
    return text.replace("~", "~0").replace("/", "~1")
