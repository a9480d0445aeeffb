"""What is stored comes back; what is not plain follows the policy for pickles."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mainstay.cache import Cache, Disk, PickleDeniedError, _native

KEY = b"sixteen bytes and more"

ZONES = st.one_of(
    st.none(),
    st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    TEXT,
    st.binary(),
    st.dates(),
    st.times(timezones=ZONES),
    st.datetimes(timezones=ZONES),
    st.timedeltas(),
)
KEYS = st.recursive(
    ATOMS, lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner)), max_leaves=6
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(KEYS, inner),
        st.sets(KEYS),
        st.binary().map(bytearray),
    ),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    """The value with the types of its parts: 1, 1.0 and True differ here."""
    if isinstance(value, dict):
        return dict, [(shape(key), shape(item)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(map(repr, map(shape, value)))
    if isinstance(value, (list, tuple)):
        return type(value), [shape(item) for item in value]
    return type(value), repr(value)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, value=VALUES)
def test_plain_keys_and_values_come_back_as_they_were(cache: Cache, key: Any, value: Any) -> None:
    cache.clear()
    cache[key] = value
    assert shape(cache[key]) == shape(value)
    assert [shape(found) for found in cache] == [shape(key)]


def test_plain_values_are_stored_without_pickle(cache: Cache, monkeypatch: Any) -> None:
    for name in ("dumps", "loads", "load", "Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    now = datetime(2026, 1, 2, 3, 4, 5, 6, timezone.utc)
    value = {"a": [1, 2.5, None, True, 2**200], "b": (b"x", {3, 4}), "c": now, "d": date.today()}
    cache[("key", 1)] = value
    assert cache[("key", 1)] == value


def test_a_list_that_holds_itself_comes_back_so(cache: Cache) -> None:
    ring: list[Any] = [1]
    ring.append(ring)
    cache["ring"] = [ring, ring]
    first, second = cache["ring"]
    assert first is second and first[1] is first


def test_tuples_that_share_their_parts_many_times_stay_small(cache: Cache) -> None:
    value: Any = ("leaf",)
    for _ in range(60):
        value = (value, value)
    cache["tree"] = value
    found = cache["tree"]
    for _ in range(60):
        found = found[0]
    assert found == ("leaf",)


def test_subclasses_of_plain_types_are_not_plain(cache: Cache) -> None:
    class Text(str):
        pass

    with pytest.raises(PickleDeniedError, match="Text"):
        cache["key"] = [Text("x")]


def test_a_refusal_says_what_came_and_how_to_allow_it(cache: Cache) -> None:
    with pytest.raises(PickleDeniedError, match=r"Fraction .* pickle='allow'"):
        cache["half"] = Fraction(1, 2)
    assert "half" not in cache


def test_a_pickle_is_read_only_where_it_is_allowed(tmp_path: Path) -> None:
    with Cache(tmp_path, pickle="allow") as cache:
        cache["half"] = Fraction(1, 2)
        assert cache["half"] == Fraction(1, 2)
    with Cache(tmp_path) as cache, pytest.raises(PickleDeniedError, match="stored as a pickle"):
        cache["half"]


def test_signed_pickles_are_read_with_their_key_only(tmp_path: Path) -> None:
    with Cache(tmp_path, pickle="signed", pickle_key=KEY) as cache:
        cache["half"] = Fraction(1, 2)
        cache[Fraction(1, 3)] = "a third"
        assert cache["half"] == Fraction(1, 2)
        assert list(cache) == ["half", Fraction(1, 3)]
    other = Cache(tmp_path, pickle="signed", pickle_key=b"another key of 16")
    with other as cache, pytest.raises(PickleDeniedError, match="signature does not fit"):
        cache["half"]
    with Cache(tmp_path) as cache, pytest.raises(PickleDeniedError, match="signed pickle"):
        cache["half"]


def test_signing_refuses_pickles_without_a_signature(tmp_path: Path) -> None:
    with Cache(tmp_path, pickle="allow") as cache:
        cache["half"] = Fraction(1, 2)
    signing = Cache(tmp_path, pickle="signed", pickle_key=KEY)
    with signing as cache, pytest.raises(PickleDeniedError, match="stored as a pickle"):
        cache["half"]


def test_signing_needs_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAINSTAY_CACHE_KEY", raising=False)
    with pytest.raises(ValueError, match="MAINSTAY_CACHE_KEY"):
        Cache(tmp_path, pickle="signed")
    monkeypatch.setenv("MAINSTAY_CACHE_KEY", "sixteen characters")
    Cache(tmp_path, pickle="signed").close()


def test_text_keeps_its_line_ends_when_it_lies_in_a_file(cache: Cache) -> None:
    text = "one\r\ntwo\rthree\n" * 5000
    cache["text"] = text
    assert cache["text"] == cache.read("text") == text


def test_a_not_a_number_comes_back(cache: Cache) -> None:
    cache["nan"] = float("nan")
    assert cache["nan"] != cache["nan"]


def test_bytes_that_were_changed_are_a_value_or_an_error() -> None:
    value: dict[str, Any] = {
        "list": [1, -(2**70), 2.5, None, True, b"bytes", bytearray(b"array"), 1j],
        "sets": ({1, 2}, frozenset("ab"), ()),
        "dates": [datetime.now(timezone.utc), date(2000, 1, 1), timedelta(days=3), time(1, 2)],
    }
    value["self"] = value
    data = _native.encode(value)
    assert data is not None
    random = Random(1)
    for _ in range(20_000):
        changed = bytearray(data)
        for _ in range(random.randint(1, 3)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        changed = changed[: random.choice([len(changed), random.randrange(len(changed))])]
        for decode in (_native.decode, _native.decode_key):
            with suppress(ValueError):
                repr(decode(changed))


def test_lone_surrogates_are_refused(cache: Cache) -> None:
    for change in (
        lambda: cache.set("\ud800", 1),
        lambda: cache.set("key", "\ud800"),
        lambda: cache.set("key", ["\ud800"]),
    ):
        with pytest.raises(UnicodeEncodeError):
            change()
    assert len(cache) == 0


def test_a_disk_of_ones_own_makes_keys_and_values(tmp_path: Path) -> None:
    class Upper(Disk):
        def put(self, key: Any) -> Any:
            return super().put(key.upper())

        def store(self, value: Any, read: bool, key: Any = None) -> Any:
            return super().store(f"<{value}>", read, key)

    with Cache(tmp_path, disk=Upper) as cache:
        cache["key"] = 5
        assert cache["KEY"] == "<5>"
        assert cache.incr("count") == 1


def test_times_of_a_day_keep_zone_and_fold(cache: Cache) -> None:
    value = time(1, 2, 3, 4, timezone(timedelta(hours=2), "summer"), fold=1)
    cache["time"] = value
    found = cache["time"]
    assert (found, found.fold, found.tzname()) == (value, 1, "summer")
