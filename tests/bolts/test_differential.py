"""Programs drawn at random do the same on the peer and here."""

from __future__ import annotations

import contextlib
import io
import re
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts import cacheutils, dictutils, iterutils, listutils, setutils

from ..generated import exhaustively

theirs: Any = {  # by name, as it has no types
    name: pytest.importorskip(f"boltons.{name}utils") for name in ("cache", "dict", "iter", "set")
}

_keys = st.sampled_from(["a", "b", "c", 1, (1, 2), None])
_values = st.integers(0, 4)
_pairs = st.lists(st.tuples(_keys, _values), max_size=5)
_some = st.lists(st.integers(0, 12), max_size=8)
_index = st.integers(-14, 14)
_slices = st.builds(
    slice, st.none() | _index, st.none() | _index, st.sampled_from([None, 1, 2, -1])
)


def _call(function: Any, *arguments: Any) -> str:
    """What came of a call, as text: the peer's classes have other modules."""
    try:
        result = function(*arguments)
        return repr(list(result)) if hasattr(result, "__next__") else repr(result)
    except Exception as error:
        text = f"{type(error).__name__}: {error}".replace("boltons.", "mainstay.bolts.")
        return re.sub("element #[0-9]+", "element", text)  # ours go one by one into a dict


def _play(thing: Any, steps: Any, after: Any) -> list[Any]:
    return [(_call(getattr(thing, name), *arguments), after(thing)) for name, *arguments in steps]


def _step(names: str, *arguments: Any) -> Any:
    return st.tuples(st.sampled_from(names.split()), *arguments)


_omd_steps = st.lists(
    _step("add __setitem__ setdefault get getlist popall pop poplast", _keys, _values)
    | _step("__getitem__ __delitem__ __contains__ popall pop poplast", _keys)
    | _step("update update_extend __eq__", _pairs | _pairs.map(dict))
    | _step("poplast copy inverted counts sorted sortedvalues todict clear"),
    max_size=20,
)
_cache_steps = st.lists(
    _step("__setitem__ setdefault get pop", _keys, _values)
    | _step("__getitem__ __delitem__ get pop __contains__", _keys)
    | _step("update", _pairs | _pairs.map(dict))
    | _step("popitem copy clear"),
    max_size=30,
)
_set_steps = st.lists(
    _step("add remove discard index count __contains__", st.integers(0, 12))
    | _step("pop __getitem__", _index)
    | _step("__getitem__", _slices)
    | _step("union intersection difference symmetric_difference __rsub__ update", _some)
    | _step("difference_update intersection_update isdisjoint issubset issuperset __eq__", _some)
    | _step("difference intersection symmetric_difference", _some, _some)
    | _step("pop reverse sort __reversed__"),
    max_size=30,
)
_list_steps = st.lists(
    _step("insert", _index, _values)
    | _step("__setitem__", _index, _values)
    | _step("pop __getitem__ __delitem__", _index)
    | _step("__getitem__ __delitem__", _slices)
    | _step("append index count __contains__", _values)
    | _step("extend", _some)
    | _step("pop sort reverse"),
    max_size=30,
)


def _omd(library: ModuleType, start: Any, steps: Any) -> Any:
    def state(omd: Any) -> Any:
        return omd.items(multi=True), omd.items(), omd.keys(), list(reversed(omd)), dict(omd)

    return _play(library.OMD(start), steps, state)


def _cache(library: ModuleType, name: str, steps: Any) -> Any:
    def state(cache: Any) -> Any:
        return dict(cache), cache.hit_count, cache.miss_count, cache.soft_miss_count

    return _play(getattr(library, name)(3), steps, state)


def test_programs_on_multi_dicts() -> None:
    @exhaustively
    @given(_pairs, _omd_steps)
    def compare(start: Any, steps: Any) -> None:
        assert _omd(dictutils, start, steps) == _omd(theirs["dict"], start, steps)

    compare()


@pytest.mark.parametrize("name", ["LRI", "LRU"])
def test_programs_on_bounded_dicts(name: str) -> None:
    @exhaustively
    @given(_cache_steps)
    def compare(steps: Any) -> None:
        assert _cache(cacheutils, name, steps) == _cache(theirs["cache"], name, steps)

    compare()


def test_programs_on_indexed_sets() -> None:
    @exhaustively
    @given(_some, _set_steps)
    def compare(start: Any, steps: Any) -> None:
        ours, peers = setutils.IndexedSet(start), theirs["set"].IndexedSet(start)
        assert _play(ours, steps, list) == _play(peers, steps, list)

    compare()


def test_programs_on_barrel_lists_are_as_on_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listutils, "_PART", 2)  # many parts

    @exhaustively
    @given(_some, _list_steps)
    def compare(start: Any, steps: Any) -> None:
        def shown(result: Any) -> Any:
            return str(result).replace("BarrelList(", "").replace(")", "")

        ours = _play(listutils.BarrelList(start), steps, list)
        plain = _play(list(start), steps, list)
        for (one, items), (other, wanted) in zip(ours, plain, strict=True):
            assert items == wanted
            # Python's lists have several words for one error.
            assert shown(one) == shown(other) or ("Error" in one and "Error" in other)

    compare()


_data = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["a", b"b", 1.5]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=4)
        | st.frozensets(st.integers(0, 4), max_size=3)
        | st.builds(bytearray, st.binary(max_size=2))
    ),
    max_leaves=12,
)
_visits = [
    lambda path, key, value: value is not None,
    lambda path, key, value: (key, str(value)),
    lambda path, key, value: (str((path, key)), value),
    lambda path, key, value: value + 1,
    lambda path, key, value: [key, value] if value == 1 else True,
]


def _walks(lib: Any, data: Any, visit: Any, cache: bool, reraise: bool) -> list[str]:
    options = {"cache": cache, "reraise_visit": reraise}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        return [
            _call(lambda: lib.remap(data, cache=cache)),
            _call(lambda: lib.remap(data, visit, **options)),
            _call(lambda: lib.remap(data, visit, trace="visit", **options)),
            _call(lib.research, data, visit, reraise),
            _call(lib.flatten, data),
            _call(lib.get_path, data, "a.0.b"),
            _call(lib.get_path, data, (0, "a", 1), "other"),
            printed.getvalue(),
        ]


def test_nested_data_is_walked_in_the_peers_way() -> None:
    @exhaustively
    @given(_data, st.sampled_from(_visits), st.booleans(), st.booleans())
    def compare(data: Any, visit: Any, cache: bool, reraise: bool) -> None:
        results = []
        for lib in (iterutils, theirs["iter"]):
            results.append(_walks(lib, data, visit, cache, reraise))
        assert results[0] == results[1]

    compare()


def test_values_are_grouped_and_cut_in_the_peers_way() -> None:
    keys = st.sampled_from([None, bool, "real", "none", lambda value: value % 3, 5])
    names = st.sampled_from(["unique", "unique_iter", "redundant", "bucketize", "partition"])
    cuts = st.sampled_from(["chunked", "windowed", "split", "strip", "lstrip", "rstrip"])

    @exhaustively
    @given(_some, names, keys, cuts, st.integers(-1, 4))
    def compare(values: Any, name: str, key: Any, cut: str, size: int) -> None:
        for source in (values, tuple(values), range(len(values))):
            for function, argument in ((name, key), (cut, size)):
                ours = _call(getattr(iterutils, function), source, argument)
                peers = _call(getattr(theirs["iter"], function), source, argument)
                assert ours == peers, (function, source, argument)

    compare()
