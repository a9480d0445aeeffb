"""Programs drawn at random do the same on the peer and here: results, identities, errors.

Where the peer gives the very object that was changed, so must we; where it copies, we may share.
"""

from __future__ import annotations

from importlib.util import find_spec
from types import ModuleType
from typing import Any

import mainstay.persistent
import pyrsistent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..generated import exhaustively

_keys = st.sampled_from(["a", "b", "c", 0, 1, 2, -1, (1, 2), None])
_leaves = st.integers(-2, 3) | st.sampled_from(["x", None, 1.5, True])
_data = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)
_numbers = st.integers(-4, 6)
_bounds = st.none() | _numbers
_paths = st.lists(_keys | st.sampled_from(["<ny>", "<int>"]), max_size=3)
_commands = st.sampled_from(["<inc>", "<discard>", 7, None])

_map_steps = st.one_of(
    st.tuples(st.just("set"), _keys, _leaves),
    st.tuples(st.sampled_from(["remove", "discard", "get", "[]", "in"]), _keys),
    st.tuples(st.sampled_from(["update", "=="]), st.dictionaries(_keys, _leaves, max_size=4)),
    st.tuples(st.just("transform"), _paths, _commands),
    st.tuples(st.just("evolve"), st.lists(st.tuples(_keys, st.none() | _leaves), max_size=5)),
)
_vector_steps = st.one_of(
    st.tuples(st.just("set"), _numbers, _leaves),
    st.tuples(st.sampled_from(["append", "remove", "index", "count", "in"]), _leaves),
    st.tuples(st.sampled_from(["delete", "*", "[]"]), _numbers),
    st.tuples(st.just("delete"), _numbers, _numbers),
    st.tuples(st.sampled_from(["extend", "+", "==", "<", ">="]), st.lists(_leaves, max_size=5)),
    st.tuples(st.just("mset"), _numbers, _leaves, _numbers, _leaves),
    st.tuples(st.just("slice"), _bounds, _bounds, st.sampled_from([None, 1, 2, -1])),
    st.tuples(st.just("transform"), _paths, _commands),
    st.tuples(st.just("evolve"), st.lists(st.tuples(_numbers, st.none() | _leaves), max_size=5)),
)


def _is_int(key: Any) -> bool:
    return isinstance(key, int)


def _apply(lib: ModuleType, thing: Any, step: tuple[Any, ...]) -> Any:
    name, *args = step
    operators: dict[str, Any] = {
        "[]": lambda key: thing[key],
        "in": lambda key: key in thing,
        "==": lambda other: (thing == other, other == thing, thing != other),
        "<": lambda other: thing < other,
        ">=": lambda other: thing >= other,
        "+": lambda other: thing + other,
        "*": lambda times: thing * times,
        "slice": lambda *bounds: thing[slice(*bounds)],
    }
    if name in operators:
        return operators[name](*args)
    if name == "transform":
        named = {"<ny>": lib.ny, "<int>": _is_int, "<inc>": lib.inc, "<discard>": lib.discard}
        path = [named.get(key, key) if isinstance(key, str) else key for key in args[0]]
        return thing.transform(path, named.get(args[1], args[1]))
    if name == "evolve":
        evolver = thing.evolver()
        for key, value in args[0]:
            if value is None:
                del evolver[key]
            else:
                evolver[key] = value
        return (len(evolver), evolver.persistent())
    return getattr(thing, name)(*args)


def _outcome(lib: ModuleType, thing: Any, step: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """What a step gives as plain data, whether that is the very thing, and the thing to go on."""
    try:
        result = _apply(lib, thing, step)
    except Exception as error:
        # Messages are compared where they are the library's own and the same for both its vectors.
        told = str(error) if isinstance(error, KeyError) or "range:" in str(error) else ""
        if step[0] == "transform" and {"<ny>", "<int>"} & set(step[1]):
            return "an error", False, thing  # which one depends on the order of large maps
        return (_family(error), told), False, thing
    after = result[1] if step[0] == "evolve" else result
    same = after is thing
    # From Python 3.13 on the peer comes without its native vector.
    plain = (type(result).__name__.removeprefix("Python"), lib.thaw(result))
    return plain, same, after if type(after) is type(thing) else thing


def _family(error: Exception) -> str:
    # What lists raise, and what the native vector of the peer raises, differ within one family.
    kinds = (AttributeError, KeyError, IndexError, TypeError, ValueError)
    return next((kind.__name__ for kind in kinds if isinstance(error, kind)), type(error).__name__)


def _run(start: Any, steps: list[tuple[Any, ...]]) -> None:
    theirs, ours = pyrsistent.freeze(start), mainstay.persistent.freeze(start)
    for step in steps:
        expected, was_same, theirs = _outcome(pyrsistent, theirs, step)
        found, is_same, ours = _outcome(mainstay.persistent, ours, step)
        assert found == expected, step
        assert is_same or not was_same, step
        assert mainstay.persistent.thaw(ours) == pyrsistent.thaw(theirs)


@exhaustively
@given(st.dictionaries(_keys, _data, max_size=5), st.lists(_map_steps, max_size=6))
def test_programs_with_maps_do_the_same(start: Any, steps: list[tuple[Any, ...]]) -> None:
    _run(start, steps)


@pytest.mark.skipif(
    find_spec("pvectorc") is None, reason="errors of the peer's vector in Python read differently"
)
@exhaustively
@given(st.lists(_data, max_size=6), st.lists(_vector_steps, max_size=6))
def test_programs_with_vectors_do_the_same(start: Any, steps: list[tuple[Any, ...]]) -> None:
    _run(start, steps)
