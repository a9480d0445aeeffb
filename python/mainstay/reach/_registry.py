"""Which function reads, iterates, assigns and deletes for which type of target.

A registry maps (operation, type) to a handler. The handler of an unregistered type is that of the
closest registered one: its own base classes count before classes that only look alike (anything
with `__iter__`, anything with `__dict__`), and of several the one that was registered first.
Answers are kept per type until the next registration. Threads may register at the same time, and
while others run calls: those see the handlers of before or after.
"""

from __future__ import annotations

import operator
import os
from abc import ABCMeta
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any, TypeAlias

from ._errors import UnregisteredTarget

Handler: TypeAlias = Any  # a callable, or False: not supported
TypeTree: TypeAlias = "OrderedDict[type, Any]"  # a type: the tree of its registered subclasses

_registering = RLock()  # one for all registries, which are copied


def _unlock() -> None:
    global _registering
    _registering = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)


class _AbstractIterable(metaclass=ABCMeta):  # noqa: B024  # it is asked, not derived from
    """Everything that can be iterated, but for texts and bytes."""

    @classmethod
    def __subclasshook__(cls, candidate: Any) -> bool:
        return candidate not in (str, bytes) and callable(getattr(candidate, "__iter__", None))


class _WithAttributes(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return hasattr(instance, "__dict__") and hasattr(instance.__dict__, "keys")


class _ObjStyleKeys(metaclass=_WithAttributes):
    """Everything that has its attributes in a `__dict__`."""

    @staticmethod
    def get_keys(obj: Any) -> Any:
        return obj.__dict__.keys()


def get_sequence_item(target: Any, index: Any) -> Any:
    return target[int(index)]


def _iterate_auto(kind: type) -> Handler:
    return iter if callable(getattr(kind, "__iter__", None)) else False


class TargetRegistry:
    """The handlers of each operation by type; what a `Glommer` and `register` fill."""

    def __init__(self, register_default_types: bool = True) -> None:
        self._op_type_map: dict[str, OrderedDict[type, Handler]] = {}
        self._op_type_tree: dict[str, TypeTree] = {}
        self._type_cache: dict[tuple[type, str], Handler] = {}
        self._op_auto_map: OrderedDict[str, Callable[[type], Handler]] = OrderedDict()
        # Called after each registration: how the native programs learn that handlers changed.
        self._changed: Callable[[], object] = lambda: None
        self.register_op("iterate", _iterate_auto)
        self.register_op("get", lambda _: getattr)
        if register_default_types:
            self._register_default_types()

    def get_handler(self, op: str, obj: Any, path: Any = None, raise_exc: bool = True) -> Handler:
        """The handler for `obj`; False, or UnregisteredTarget, when there is none."""
        kind = type(obj)
        cache = self._type_cache  # a registration meanwhile puts another in its place
        found = cache.get((kind, op))
        if found is None:
            found = cache[kind, op] = self._find_handler(op, obj)
        if found is False and raise_exc:
            raise UnregisteredTarget(op, kind, type_map=self.get_type_map(op), path=path)
        return found

    def _find_handler(self, op: str, obj: Any) -> Handler:
        type_map = self.get_type_map(op)
        if type(obj) in type_map:
            return type_map[type(obj)]
        closest = self._get_closest_type(obj, self._op_type_tree.get(op, OrderedDict()))
        return False if closest is None else self._inherited(op, type(obj), closest)

    def _inherited(self, op: str, kind: type, closest: type) -> Handler:
        """The handler of `closest` for its kin; one that was found out is found out anew."""
        handler = self._op_type_map[op][closest]
        discover = self._op_auto_map.get(op)
        if op in ("assign", "delete") and discover and handler == discover(closest):
            return discover(kind) or handler
        return handler

    def get_type_map(self, op: str) -> OrderedDict[type, Handler]:
        return self._op_type_map.get(op, OrderedDict())

    def _get_closest_type(self, obj: Any, type_tree: TypeTree) -> type | None:
        alike: type | None = None
        bases = type(obj).__mro__[:-1]
        for kind, below in type_tree.items():
            if not isinstance(obj, kind):
                continue
            closest = self._get_closest_type(obj, below) or kind
            if closest in bases:
                return closest
            alike = alike or closest
        return alike

    def _register_default_types(self) -> None:
        self.register(object)
        self.register(dict, get=operator.getitem)
        self.register(dict, keys=dict.keys)
        self.register(list, get=get_sequence_item)
        self.register(tuple, get=get_sequence_item)
        self.register(OrderedDict, get=operator.getitem)
        self.register(OrderedDict, keys=OrderedDict.keys)
        self.register(_AbstractIterable, iterate=iter)
        self.register(_ObjStyleKeys, keys=_ObjStyleKeys.get_keys)

    def register(
        self, target_type: type, *, exact: bool | None = None, **handlers: Handler
    ) -> None:
        """Sets handlers for a type: `get=`, `iterate=`, `keys=`, `assign=`, `delete=`, or own ones.

        False says that the operation is not supported. Operations that are not named keep their
        handler or find one out. With `exact`, subclasses do not inherit. Raises TypeError for what
        is no type, no callable, or cannot be found out.
        """
        if not isinstance(target_type, type):
            raise TypeError(f"register expected a type, not an instance: {target_type!r}")
        with _registering:
            found: dict[str, Handler] = {}
            for op in sorted({*self._op_auto_map, *handlers}):
                if op in handlers:
                    found[op] = _checked(op, handlers[op])
                elif target_type in self.get_type_map(op):
                    found[op] = self.get_type_map(op)[target_type]
                else:
                    found[op] = _discovered(op, self._op_auto_map[op], target_type)
            for op, handler in found.items():
                self._replace(op, {target_type: handler}, () if exact else (target_type,))

    def register_op(
        self, op_name: str, auto_func: Callable[[type], Handler] | None = None, exact: bool = False
    ) -> None:
        """Adds an operation; `auto_func` finds the handler of a type, or answers False."""
        if not isinstance(op_name, str):
            raise TypeError(f"expected op_name to be a text name, not: {op_name!r}")
        if auto_func is not None and not callable(auto_func):
            raise TypeError(f"expected auto_func to be callable, not: {auto_func!r}")
        discover = auto_func or (lambda _: False)
        with _registering:
            # Each type once, in the order of registration, which decides between candidates.
            known = dict.fromkeys(kind for each in self._op_type_map.values() for kind in each)
            type_map = self.get_type_map(op_name)
            handlers = {
                kind: _discovered(op_name, discover, kind)
                for kind in sorted(known, key=lambda each: each.__name__)
                if kind not in type_map
            }
            self._replace(op_name, handlers, () if exact else known)
            self._op_auto_map[op_name] = discover

    def _replace(self, op: str, handlers: dict[type, Handler], in_tree: Iterable[type]) -> None:
        """Adds handlers. Calls of other threads read the old map and tree meanwhile, or the new."""
        type_map, tree = self.get_type_map(op), self._op_type_tree.get(op, OrderedDict())
        for kind in in_tree:
            tree = _placed(tree, kind)
        self._op_type_map[op] = OrderedDict({**type_map, **handlers})
        self._op_type_tree[op] = tree
        self._type_cache = {}
        self._changed()


def _placed(tree: TypeTree, new: type) -> TypeTree:
    """The tree with one more type in it: above its subclasses, below its bases."""
    made = OrderedDict(tree)
    if new in made:
        made[new] = OrderedDict(made[new])
    placed = False
    for kind in tree:
        if issubclass(kind, new):
            below = made.pop(kind)
            made.setdefault(new, OrderedDict())[kind] = below
            placed = True
        elif issubclass(new, kind):
            made[kind] = _placed(made[kind], new)
            placed = True
    if not placed:
        made[new] = OrderedDict()
    return made


def _discovered(op: str, discover: Callable[[type], Handler], kind: type) -> Handler:
    try:
        handler = discover(kind)
    except Exception as error:
        raise TypeError(
            f'error while determining support for operation "{op}" on target type:'
            f" {kind.__name__} (got {error!r})"
        ) from error
    return _checked(op, handler)


def _checked(op: str, handler: Handler) -> Handler:
    if handler is not False and not callable(handler):
        raise TypeError(f'expected handler for op "{op}" to be callable or False, not: {handler!r}')
    return handler
