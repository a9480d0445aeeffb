"""Gives `core` and the native module the classes and functions that they cannot import."""

from __future__ import annotations

import operator
from typing import Any

from . import _errors, _native, _registry, _repr, core, matching, mutation
from ._specs import (
    Auto,
    Call,
    Coalesce,
    Fill,
    Inspect,
    Invoke,
    Let,
    Pipe,
    Ref,
    ScopeVars,
    Val,
    Vars,
)

core.complete(
    Auto=Auto,
    Call=Call,
    Coalesce=Coalesce,
    Fill=Fill,
    Inspect=Inspect,
    Invoke=Invoke,
    Let=Let,
    Literal=Val,
    Pipe=Pipe,
    Ref=Ref,
    ScopeVars=ScopeVars,
    Val=Val,
    Vars=Vars,
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


_native.adopt(
    TType=core.TType,
    Path=core.Path,
    Spec=core.Spec,
    Coalesce=Coalesce,
    Val=Val,
    Pipe=Pipe,
    Auto=Auto,
    Call=Call,
    Match=matching.Match,
    And=matching.And,
    Or=matching.Or,
    Not=matching.Not,
    Switch=matching.Switch,
    Regex=matching.Regex,
    MExpr=matching._MExpr,
    MSubspec=matching._MSubspec,
    MType=matching._MType,
    M=matching.M,
    Optional=matching.Optional,
    Required=matching.Required,
    Assign=mutation.Assign,
    Delete=mutation.Delete,
    Check=matching.Check,
    T=core.T,
    SKIP=_repr.SKIP,
    STOP=_repr.STOP,
    ABSENT=_repr._ABSENT,
    MISSING=_repr._MISSING,
    GlomError=_errors.GlomError,
    PathAccessError=_errors.PathAccessError,
    MatchError=matching.MatchError,
    TypeMatchError=matching.TypeMatchError,
    CoalesceError=_errors.CoalesceError,
    registry=core._DEFAULT_REGISTRY,
    get_sequence_item=_registry.get_sequence_item,
    getitem=operator.getitem,
    setitem=operator.setitem,
    delitem=operator.delitem,
    set_position=mutation._set_position,
    delete_position=mutation._delete_position,
    containers=mutation.containers,
    bbrepr=_repr.bbrepr,
    interpret=core.interpret,
    finished=_errors.finished,
    access_error=access_error,
    assign_error=assign_error,
    delete_error=delete_error,
    iterate_error=core.iterate_error,
    rest_assign=rest_assign,
    children=core.default_children,
)
