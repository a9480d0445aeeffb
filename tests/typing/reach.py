"""A user's program, for the type checkers: specs keep their types, results are anything."""

from __future__ import annotations

from typing import Any

from mainstay import reach
from mainstay.reach import (
    Coalesce,
    Glommer,
    Invoke,
    Iter,
    M,
    Match,
    Path,
    Problem,
    S,
    Spec,
    T,
    assign,
    assign_all,
    containers,
    from_data,
    glom,
    problems,
)
from mainstay.reach.core import TType
from typing_extensions import assert_type

assert_type(glom({"a": 1}, "a", default=None), Any)
assert_type(T.a["b"](1) + 2, TType)
assert_type(S.name, TType)
assert_type(Path("a", T.b)[0], Path)
assert_type(Path.from_text("a.b").values(), tuple[Any, ...])
assert_type(Spec(("a", [T.b])).glom({}, default=1), Any)
assert_type(Match({"id": int}, default=None).matches({}), bool)
assert_type(problems({}, {"id": int}), list[Problem])
assert_type(problems({}, Match([M > 3]))[0].pointer, str)
assert_type(Iter("a").filter(M).map(str).chunked(2), Iter)
assert_type(Invoke(str).specs("a").constants(1), Invoke)
assert_type(from_data({"a": "b"}), Spec)
assert_type(reach.compile(Coalesce("a", default=0)), Spec)
assign({}, "a.0", 1, missing=containers)
assign_all({}, {"a": 1})

glommer = Glommer(register_default_types=True)
glommer.register(list, iterate=iter, exact=True)
assert_type(glommer.glom([], [T]), Any)
