"""Gives `core` and the native module the classes and functions that they cannot import."""

from __future__ import annotations

import operator
from typing import Any

from . import _errors, _native, _registry, _repr, core, matching, mutation
from . import _specs as specs

core.complete(
    **{name: each for name, each in vars(specs).items() if each.__class__ is type},
    Literal=specs.Val,
)


def access_error(cause: BaseException, spec: Any, part: int) -> _errors.PathAccessError:
    if isinstance(spec, str):
        path = core.Path.from_text(spec)
    else:
        path = spec if isinstance(spec, core.Path) else core.Path(spec)
    return _errors.PathAccessError(cause, path, part)


def assign_error(cause: BaseException, spec: Any, first: int, at: int) -> None:
    path = spec._orig_path
    raise _errors.PathAssignError(cause, path[first:at], path.values()[at]) from cause


def delete_error(cause: BaseException, spec: Any) -> None:
    raise _errors.PathDeleteError(cause, spec.path, spec.arg) from cause


def rest_assign(spec: Any, first: int, value: Any, missing: Any) -> mutation.Assign:
    return mutation.Assign(spec._orig_path[first:], value, missing=missing)


_known: dict[str, Any] = {}
for _module in (_repr, _errors, _registry, specs, core, matching, mutation, operator):
    _known.update({name.lstrip("_"): each for name, each in vars(_module).items()})
_known.update(
    registry=core._DEFAULT_REGISTRY,
    children=core.default_children,
    access_error=access_error,
    assign_error=assign_error,
    delete_error=delete_error,
    rest_assign=rest_assign,
)
_native.adopt(**_known)
