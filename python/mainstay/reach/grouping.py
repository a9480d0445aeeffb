"""Grouping: a spec that is filled item by item, as a tree of accumulators.

`Group({key_spec: [value_spec]})` looks at each item of the target once. Accumulators - `First`,
`Avg`, `Max`, `Min`, `Sample`, `Limit`, and the folds of `reduction` - keep what they know in the
tree of the running Group, so that specs themselves hold no state and may be shared by threads.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ._errors import BadSpec
from ._repr import _MISSING, ACC_TREE, CUR_AGG, MODE, SKIP, STOP
from .core import Scope, T, glom, iterated


def target_iter(target: Any, scope: Scope) -> Iterator[Any]:
    """An iterator over the target, by its registered handler."""
    return iterated(target, scope)


class Group:
    """Aggregates the items of the target into the shape of `spec`.

    A dict groups by what its keys give, a list collects, an aggregator reduces; STOP from a key or
    value ends that branch, and the whole when all have ended.
    """

    def __init__(self, spec: Any) -> None:
        self.spec = spec

    def glomit(self, target: Any, scope: Scope) -> Any:
        scope[MODE] = GROUP
        scope[CUR_AGG] = None
        scope[ACC_TREE] = {}
        result = type(self.spec)() if type(self.spec) in (dict, list) else None
        for item in iterated(target, scope):
            value = scope[glom](item, self.spec, scope)
            if value is STOP:
                break
            result = value
        return result

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.spec!r})"


def GROUP(target: Any, spec: Any, scope: Scope) -> Any:  # noqa: N802  # the peer's name
    """The mode of `Group`: adds one item to the accumulators of `spec`."""
    tree = scope[ACC_TREE]
    if callable(getattr(spec, "agg", None)):
        return spec.agg(target, tree)
    if callable(spec):
        return spec(target)
    if type(spec) is dict:
        return _add_to_dict(target, spec, tree, scope)
    if type(spec) is list:
        return _add_to_list(target, spec, tree, scope)
    raise BadSpec(
        f"Group mode expected dict, list, callable, or aggregator, not: {spec!r}",
    )


def _add_to_dict(target: Any, spec: dict[Any, Any], tree: dict[Any, Any], scope: Scope) -> Any:
    made = tree.setdefault(id(spec), {})
    all_stopped = True
    for key_spec, value_spec in spec.items():
        if tree.get(key_spec) is STOP:
            continue
        key = scope[glom](target, key_spec, scope)
        if key is SKIP:
            all_stopped = False
            continue
        value: Any = STOP
        if key is not STOP:
            if key not in made:
                tree[key] = {}
            scope[ACC_TREE] = tree[key]
            value = scope[glom](target, value_spec, scope)
        if value is STOP:
            tree[key_spec] = STOP
            continue
        all_stopped = False
        if value is not SKIP:
            made[key] = value
    return STOP if all_stopped else made


def _add_to_list(target: Any, spec: list[Any], tree: dict[Any, Any], scope: Scope) -> Any:
    made = tree.setdefault(id(spec), [])
    for below in spec:
        if type(below) is dict:  # one item cannot fill both
            raise BadSpec(f"dicts within lists are not allowed while in Group mode: {spec!r}")
        value = scope[glom](target, below, scope)
        if value is STOP:
            return STOP
        if value is not SKIP:
            made.append(value)
    return made


class _Aggregator:
    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class First(_Aggregator):
    """The first item."""

    __slots__ = ()

    def agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        if self in tree:
            return STOP
        tree[self] = STOP
        return target


class Avg(_Aggregator):
    """The mean of the items, as a float."""

    __slots__ = ()

    def agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        total = tree.setdefault(self, [0.0, 0])
        total[0] += target
        total[1] += 1
        return total[0] / total[1]


class Max(_Aggregator):
    """The largest item, of equal ones the first."""

    __slots__ = ()

    def agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        if self not in tree or target > tree[self]:
            tree[self] = target
        return tree[self]


class Min(_Aggregator):
    """The smallest item, of equal ones the first."""

    __slots__ = ()

    def agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        if self not in tree or target < tree[self]:
            tree[self] = target
        return tree[self]


class Sample:
    """At most `size` items, each with the same chance: a reservoir, drawn by `random.randint`."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size

    def agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        state = tree.setdefault(self, [0, []])
        seen, sample = state
        if len(sample) < self.size:
            sample.append(target)
        else:
            at = random.randint(0, seen)
            if at < self.size:
                sample[at] = target
        state[0] = seen + 1
        return sample

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size!r})"


class Limit:
    """The first `n` items, aggregated by `subspec`: a list of them unless it is given."""

    __slots__ = ("n", "subspec")

    def __init__(self, n: int, subspec: Any = _MISSING) -> None:
        self.n = n
        self.subspec = [T] if subspec is _MISSING else subspec

    def glomit(self, target: Any, scope: Scope) -> Any:
        if scope[MODE] is not GROUP:
            raise BadSpec("Limit() only valid in Group mode")
        state = scope[ACC_TREE].setdefault(self, [0, {}])
        scope[ACC_TREE] = state[1]
        state[0] += 1
        return STOP if state[0] > self.n else scope[glom](target, self.subspec, scope)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n!r}, {self.subspec!r})"
