"""Which keys are one key, in which order they come, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest
from mainstay.cache import Cache, Disk


def test_a_whole_number_is_one_key_as_int_and_as_float(cache: Cache) -> None:
    cache[1] = "int"
    cache[1.0] = "float"
    assert cache[1] == "float"
    assert [type(key) for key in cache] == [int]


@pytest.mark.parametrize("other", [True, (1,), "1", b"1", 1.5, 2**64 + 1])
def test_other_keys_are_not_the_number(cache: Cache, other: Any) -> None:
    cache[1] = "one"
    assert other not in cache
    cache[other] = "other"
    assert (cache[1], cache[other]) == ("one", "other")


def test_equal_tuples_are_one_key_however_they_were_made(cache: Cache) -> None:
    part = "shared" * 2
    cache[(part, part)] = 1
    assert cache["".join(["shared", "shared"]), "shared" * 2] == 1


def test_keys_sort_as_numbers_then_text_then_bytes(cache: Cache) -> None:
    keys = [2**62 + 1, -1.5, float("inf"), 3, 2.5, "b", "ä", "a", b"\xff", b"", 2**62]
    for key in keys:
        cache[key] = None
    numbers = [-1.5, 2.5, 3, 2**62, 2**62 + 1, float("inf")]
    wanted = [*numbers, "a", "b", "ä", b"", b"\xff"]
    assert list(cache.iterkeys()) == wanted
    assert list(cache.iterkeys(reverse=True)) == wanted[::-1]


def test_iterating_ends_while_items_are_added(cache: Cache) -> None:
    cache[0] = None
    for found in (cache.iterkeys(), iter(cache)):
        for key in found:
            cache[key + 1000 + len(cache)] = None
    assert len(cache) < 1000


def test_not_a_number_is_refused_as_a_key(cache: Cache) -> None:
    for use in (cache.get, cache.__contains__, lambda key: cache.set(key, 1)):
        with pytest.raises(ValueError, match="cannot be NaN"):
            use(float("nan"))
    assert len(cache) == 0


def test_a_key_may_be_long_but_not_as_long_as_a_file(cache: Cache) -> None:
    cache["x" * 2**20] = 1
    assert cache["x" * 2**20] == 1
    with pytest.raises(ValueError, match="the key has"):
        cache["x" * 2**24] = 1


def test_tags_are_found_by_value_and_keep_their_type(cache: Cache) -> None:
    for tag in ("red", b"red", 1, 2.5):
        cache.set(tag, None, tag=tag)
        assert cache.get(tag, tag=True) == (None, tag)
    cache.set("plain", None)
    assert [cache.evict(tag) for tag in ("red", 1.0, None, "blue")] == [1, 1, 0, 0]
    assert list(cache) == [b"red", 2.5, "plain"]


def test_a_tag_of_another_type_is_refused(cache: Cache) -> None:
    with pytest.raises(TypeError, match="tag must be"):
        cache.set("key", 1, tag=("red",))  # type: ignore[arg-type]


def test_a_disk_hashes_keys_as_diskcache_does() -> None:
    import diskcache

    ours, theirs = Disk("unused"), diskcache.Disk("unused")
    for key in ("text", "ä", b"bytes", 0, -1, 2**40, 1.5, -0.0):
        assert ours.hash(key) == theirs.hash(key)
