"""Specs that are made once: pinned programs, and specs from data that is not trusted."""

from __future__ import annotations

from typing import Any

from . import _native
from ._errors import BadSpec
from ._repr import bbrepr
from .core import Path, Spec

_MAX_DEPTH = 100
_MAX_NODES = 10_000


def compile(spec: Any) -> Spec:
    """`spec` as an object that keeps its program: `compile(spec).glom(target)`.

    Takes what `glom` takes. Changing the spec afterwards is allowed: its program is made anew.
    """
    made = Spec(spec)
    made._program = _native.compile(spec)
    return made


def from_data(data: Any) -> Spec:
    """A spec from JSON-like data that is not trusted: texts are paths, objects build, lists map.

    What it makes reads keys, positions and attributes and does nothing else: a list with more
    steps than one is a chain. Refused with BadSpec: parts that begin with an underscore (they
    reach into the interpreter), anything but texts, dicts and lists, more than 100 levels or
    10,000 nodes. Attributes may still be properties with code of their own; give it plain data.
    """
    left = [_MAX_NODES]
    return Spec(_checked(data, "", left))


def _checked(data: Any, place: str, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or place.count("/") > _MAX_DEPTH:
        raise BadSpec(
            f"a spec from data may have {_MAX_NODES} nodes and {_MAX_DEPTH} levels, this has more"
            f" at {place[:80]!r}; make it smaller"
        )
    if type(data) is str:
        if any(part.startswith("_") for part in data.split(".")):
            raise BadSpec(
                f"the path {data!r} at {place!r} has a part that begins with an underscore, which"
                " data may not name; write such specs in code"
            )
        return Path.from_text(data)
    if type(data) is dict and all(type(key) is str for key in data):
        return {key: _checked(value, f"{place}/{key}", left) for key, value in data.items()}
    if type(data) is list and data:
        steps = [_checked(each, f"{place}/{at}", left) for at, each in enumerate(data)]
        return steps if len(steps) == 1 else tuple(steps)
    raise BadSpec(
        f"a spec from data is a path, an object of specs, or a list of one or more, got"
        f" {bbrepr(data)} at {place!r}"
    )
