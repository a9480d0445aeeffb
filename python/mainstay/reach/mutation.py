"""Mutation: assigning and deleting below a target, at one place or at many.

Targets are changed in place and passed on. Nothing here locks a target: two threads must not
change one at the same time.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _native, core
from ._errors import GlomError as GlomError
from ._errors import PathAccessError, PathDeleteError
from ._errors import PathAssignError as PathAssignError
from ._registry import TargetRegistry as TargetRegistry
from ._repr import UP, bbrepr
from .core import Path, S, Scope, TType, _assign_op, arg_val, glom, register_op

# Builtin types that have neither attributes nor items to be set.
_FIXED = (
    bool, bytearray, bytes, complex, enumerate, filter, float, frozenset, int, map, memoryview,
    property, range, reversed, set, slice, staticmethod, classmethod, str, super, tuple, zip,
)  # fmt: skip


def _handler(method: str, item: Any, position: Any, attribute: Any) -> Callable[[type], Any]:
    def discover(kind: type) -> Any:
        if issubclass(kind, _FIXED):
            return False
        if callable(getattr(kind, method, None)):
            return position if callable(getattr(kind, "index", None)) else item
        return attribute

    return discover


def _set_position(target: Any, at: Any, value: Any) -> None:
    target[int(at)] = value


def _delete_position(target: Any, at: Any) -> None:
    del target[int(at)]


register_op("assign", auto_func=_handler("__setitem__", operator.setitem, _set_position, setattr))
register_op(
    "delete", auto_func=_handler("__delitem__", operator.delitem, _delete_position, delattr)
)


class _At:
    """A place below a target: the path to what holds it, and the last part."""

    _last = ""

    def __init__(self, path: str | Path | TType) -> None:
        if isinstance(path, str):
            path = Path.from_text(path)
        elif type(path) is TType:
            path = Path(path)
        elif not isinstance(path, Path):
            raise TypeError("path argument must be a .-delimited string, Path, T, or S")
        if not len(path):
            raise ValueError("path must have at least one element")
        self.op, self.arg = path.items()[-1]
        if self.op not in "[.P":
            raise ValueError(f"last part of path must be {self._last}")
        self._orig_path = path
        self.path = path[:-1]

    def _root(self, target: Any, scope: Scope) -> tuple[Any, Path]:
        """Where the path begins: at the target, or at the scope for S."""
        if self.path.startswith(S):
            return scope[UP], self.path.from_t()
        return target, self.path


def _for_each(change: Callable[[Any], None], path: Path, reached: Any) -> None:
    """Once for what the path reached; for each of it where the path has wildcards."""
    levels = path.path_t.__stars__()
    if not levels:
        change(reached)
        return
    for _ in range(levels - 1):
        reached = [each for below in reached for each in below]
    for each in reached:
        change(each)


class Assign(_At):
    """Sets what `path` names to `val`, which may be a spec; the result is the target.

    `missing` makes containers for parts that are not there: a callable such as `dict`, or
    `containers`, which makes a list where the next part is a position. Raises PathAccessError and
    PathAssignError.
    """

    _last = "setattr or setitem"

    def __init__(
        self, path: str | Path | TType, val: Any, missing: Callable[[], Any] | None = None
    ) -> None:
        super().__init__(path)
        self.val = val
        if missing is not None and not callable(missing):
            raise TypeError(f"expected missing to be callable, not {missing!r}")
        self.missing = missing

    def glomit(self, target: Any, scope: Scope) -> Any:
        value = arg_val(target, self.val, scope)
        op, arg, path = self.op, self.arg, self.path
        root, path_from_root = self._root(target, scope)
        try:
            reached = scope[glom](root, path_from_root, scope)
        except PathAccessError as error:
            if not self.missing:
                raise
            # The last part that is there gets a container with the rest of the path in it.
            at = error.part_idx
            rest = self._orig_path[at + 1 :]
            filler = Assign(rest, value, missing=self.missing)
            value = scope[glom](self._container(rest), filler, scope)
            op, arg = self._orig_path.items()[at]
            path = self._orig_path[:at]
            reached = scope[glom](root, path, scope)

        def assign(dest: Any) -> None:
            if self.missing is containers:
                _grow(dest, arg)
            _assign_op(dest=dest, op=op, arg=arg, val=value, path=path, scope=scope)

        _for_each(assign, path, reached)
        return target

    def _container(self, rest: Path) -> Any:
        if self.missing is containers:
            return [] if _position(rest.values()[0]) is not None else {}
        assert self.missing is not None
        return self.missing()

    def __repr__(self) -> str:
        missing = "" if self.missing is None else f", missing={bbrepr(self.missing)}"
        return f"{type(self).__name__}({self._orig_path!r}, {self.val!r}{missing})"


def containers() -> Any:
    """For `missing=`: a list where the next part of the path is a position, else a dict.

    A position must be the first behind the end of its list, or in it. Called by itself it makes a
    dict.
    """
    return {}


def _position(part: Any) -> int | None:
    if type(part) is int and part >= 0:
        return part
    return int(part) if isinstance(part, str) and part.isdecimal() else None


def _grow(dest: Any, part: Any) -> None:
    if isinstance(dest, list) and _position(part) == len(dest):
        dest.append(None)


def assign(
    obj: Any, path: str | Path | TType, val: Any, missing: Callable[[], Any] | None = None
) -> Any:
    """Sets one value below `obj`, and gives `obj`; see `Assign`."""
    outcome = _native.assign(obj, path, val, missing, core.GLOM_DEBUG, core.PATH_STAR)
    if outcome is NotImplemented:
        return glom(obj, Assign(path, val, missing=missing))
    if type(outcome) is _native.Failure:
        raise outcome.error
    return outcome


def assign_all(
    obj: Any, values: Mapping[Any, Any], *, missing: Callable[[], Any] | None = None
) -> Any:
    """Sets many values below `obj`: paths (texts, or pairs' first halves) to values, in order.

    All paths are read before the first is set, so a path that cannot be used changes nothing.
    """
    specs = [Assign(path, val, missing=missing) for path, val in values.items()]
    for spec in specs:
        glom(obj, spec)
    return obj


class Delete(_At):
    """Deletes what `path` names; the result is the target.

    With `ignore_missing`, what is not there is no error. Raises PathAccessError and
    PathDeleteError.
    """

    _last = "an attribute or index"

    def __init__(self, path: str | Path | TType, ignore_missing: bool = False) -> None:
        super().__init__(path)
        self.ignore_missing = ignore_missing

    def glomit(self, target: Any, scope: Scope) -> Any:
        root, path = self._root(target, scope)
        try:
            reached = scope[glom](root, path, scope)
        except PathAccessError:
            if self.ignore_missing:
                return target
            raise
        _for_each(lambda dest: self._delete(dest, scope), self.path, reached)
        return target

    def _delete(self, dest: Any, scope: Scope) -> None:
        errors: type[Exception] = Exception
        delete: Callable[[Any, Any], Any]
        if self.op == "[":
            delete, errors = operator.delitem, IndexError
        elif self.op == ".":
            delete, errors = delattr, AttributeError
        else:
            delete = scope[TargetRegistry].get_handler("delete", dest)
        try:
            delete(dest, self.arg)
        except errors as error:
            if not self.ignore_missing:
                raise PathDeleteError(error, self.path, self.arg) from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._orig_path!r})"


def delete(obj: Any, path: str | Path | TType, ignore_missing: bool = False) -> Any:
    """Deletes one value below `obj`, and gives `obj`; see `Delete`."""
    return glom(obj, Delete(path, ignore_missing=ignore_missing))


def delete_all(
    obj: Any, paths: Iterable[str | Path | TType], *, ignore_missing: bool = False
) -> Any:
    """Deletes many values below `obj`, in order. All paths are read before the first is used."""
    specs = [Delete(path, ignore_missing=ignore_missing) for path in paths]
    for spec in specs:
        glom(obj, spec)
    return obj
