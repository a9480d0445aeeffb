"""Reduction: many items become one value.

`Fold` and what is made of it work on an iterable target, and as aggregators in a `Group`. Specs
hold no state; `init` is called for each fold.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable
from typing import Any

from ._errors import GlomError, UnregisteredTarget
from ._repr import ACC_TREE, CUR_AGG, MODE, format_invocation
from ._specs import refuse_unknown
from .core import Scope, T, glom, iterated
from .grouping import GROUP


class FoldError(GlomError):
    """The target of a fold cannot be iterated."""


class Fold:
    """`op(value, item)` for each item of what `subspec` gives, from `init()` on.

    `op` may change the value in place, as the default `+=` does for lists. Raises FoldError.
    """

    def __init__(
        self,
        subspec: Any,
        init: Callable[[], Any],
        op: Callable[[Any, Any], Any] = operator.iadd,
    ) -> None:
        self.subspec = subspec
        self.init = init
        self.op = op
        for name, given in (("op", op), ("init", init)):
            if not callable(given):
                raise TypeError(
                    f"expected callable for {type(self).__name__} {name} param, not: {given!r}"
                )

    def glomit(self, target: Any, scope: Scope) -> Any:
        aggregates = scope[MODE] is GROUP and scope.get(CUR_AGG) is None
        if aggregates:
            scope[CUR_AGG] = self
        if self.subspec is not T:
            target = scope[glom](target, self.subspec, scope)
        if aggregates:
            return self._agg(target, scope[ACC_TREE])
        try:
            return self._fold(iterated(target, scope))
        except UnregisteredTarget as error:
            raise FoldError(
                f"can only {type(self).__name__} on iterable targets, not"
                f" {type(target).__name__} type ({error})"
            ) from error

    def _fold(self, iterator: Iterable[Any]) -> Any:
        value = self.init()
        for item in iterator:
            value = self.op(value, item)
        return value

    def _agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        value = tree[self] if self in tree else self.init()
        tree[self] = self.op(value, target)
        return tree[self]

    def __repr__(self) -> str:
        given: dict[str, Any] = {"init": self.init}
        if self.op is not operator.iadd:
            given["op"] = self.op
        return format_invocation(type(self).__name__, (self.subspec,), given)


class Sum(Fold):
    """The items added up, from `init()` on: 0 unless it is given."""

    def __init__(self, subspec: Any = T, init: Callable[[], Any] = int) -> None:
        super().__init__(subspec=subspec, init=init, op=operator.iadd)

    def __repr__(self) -> str:
        args = () if self.subspec is T else (self.subspec,)
        given = {"init": self.init} if self.init is not int else {}
        return format_invocation(type(self).__name__, args, given)


class Count(Fold):
    """How many items there are."""

    def __init__(self) -> None:
        super().__init__(subspec=T, init=int, op=lambda value, _: value + 1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Flatten(Fold):
    """The items of the items in one list; an iterator with `init="lazy"`."""

    def __init__(self, subspec: Any = T, init: Any = list) -> None:
        self.lazy = init == "lazy"
        super().__init__(subspec=subspec, init=list if self.lazy else init, op=operator.iadd)

    def _fold(self, iterator: Iterable[Any]) -> Any:
        return itertools.chain.from_iterable(iterator) if self.lazy else super()._fold(iterator)

    def __repr__(self) -> str:
        args = () if self.subspec is T else (self.subspec,)
        given: dict[str, Any] = {}
        if self.lazy or self.init is not list:
            given["init"] = "lazy" if self.lazy else self.init
        return format_invocation(type(self).__name__, args, given)


def flatten(target: Any, **kwargs: Any) -> Any:
    """Flattens `levels` (1) levels of what `spec` (T) gives, into an `init` (list)."""
    spec = kwargs.pop("spec", T)
    init = kwargs.pop("init", list)
    levels = kwargs.pop("levels", 1)
    refuse_unknown(kwargs)
    if levels == 0:
        return target
    if levels < 0:
        raise ValueError(f"expected levels >= 0, not {levels!r}")
    lazy = (Flatten(init="lazy"),) * (levels - 1)
    return glom(target, (spec, *lazy, Flatten(init=init)))


class Merge(Fold):
    """The items merged into one mapping: `op`, or the `update` of what `init` makes, for each."""

    def __init__(self, subspec: Any = T, init: Callable[[], Any] = dict, op: Any = None) -> None:
        name = "update" if op is None else op
        if isinstance(name, str):
            op = getattr(type(init()), name, None)
        if not callable(op):
            raise ValueError(
                'expected callable "op" arg or an "init" with an .update()'
                f" method not {op!r} and {init!r}"
            )
        super().__init__(subspec=subspec, init=init, op=op)

    def _fold(self, iterator: Iterable[Any]) -> Any:
        value = self.init()
        for item in iterator:
            self.op(value, item)
        return value

    def _agg(self, target: Any, tree: dict[Any, Any]) -> Any:
        if self not in tree:
            tree[self] = self.init()
        self.op(tree[self], target)
        return tree[self]


def merge(target: Any, **kwargs: Any) -> Any:
    """Merges what `spec` (T) gives, into an `init` (dict), by `op` (its update)."""
    spec = kwargs.pop("spec", T)
    init = kwargs.pop("init", dict)
    op = kwargs.pop("op", None)
    refuse_unknown(kwargs)
    return glom(target, Merge(spec, init, op))
