"""What happens at the size limit, with several items at once, and in queues."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from mainstay.cache import Cache, Deque, Disk, FanoutCache, OversizeError

KILO = b"x" * 1000


class Plain(Disk):
    """Nothing differs, but the general path is taken."""


both = pytest.mark.parametrize("disk", [Disk, Plain])


@both
def test_a_value_that_is_evicted_at_once_is_not_said_to_be_stored(
    tmp_path: Path, disk: type[Disk]
) -> None:
    with Cache(tmp_path, disk=disk, size_limit=20_000) as cache:
        assert cache.set("small", 1) is True
        assert cache.set("large", KILO * 50) is False
        assert cache.add("large", KILO * 50) is False
        assert "large" not in cache


@both
def test_strict_size_evicts_just_enough(tmp_path: Path, disk: type[Disk]) -> None:
    with Cache(tmp_path, disk=disk, size_limit=20_000, strict_size=True) as cache:
        for key in range(50):
            assert cache.set(key, KILO) is True
            assert cache.volume() <= 20_000
            assert cache[key] == KILO
        kept = list(cache)
        assert len(kept) >= 15
        assert kept == list(range(50 - len(kept), 50))


@both
def test_strict_size_refuses_what_can_never_fit(tmp_path: Path, disk: type[Disk]) -> None:
    with Cache(tmp_path, disk=disk, size_limit=20_000, strict_size=True) as cache:
        cache["small"] = 1
        with pytest.raises(OversizeError, match="can never fit"):
            cache["large"] = KILO * 21
        assert list(cache) == ["small"]
        assert cache.check() == []


@pytest.mark.parametrize("policy", ["least-recently-used", "least-frequently-used"])
@both
def test_what_was_read_stays(tmp_path: Path, disk: type[Disk], policy: str) -> None:
    with Cache(tmp_path, disk=disk, eviction_policy=policy, size_limit=20_000) as cache:
        for key in range(8):
            cache[key] = KILO
        for _ in range(3):
            assert cache[0] == KILO
        for key in range(8, 200):
            cache[key] = KILO
            assert cache.get(0) == KILO


@both
def test_many_items_go_in_and_out_at_once(tmp_path: Path, disk: type[Disk]) -> None:
    with Cache(tmp_path, disk=disk) as cache:
        items: dict[Any, Any] = {key: [key] for key in range(100)}
        assert cache.set_many(items, tag="many", expire=60) == 100
        assert cache.get_many([3, 5, "missing"]) == {3: [3], 5: [5]}
        assert cache.get(3, tag=True) == ([3], "many")
        assert cache.delete_many([3, 5, "missing"]) == 2
        assert len(cache) == 98


def test_many_items_that_cannot_all_be_stored_are_not_stored(cache: Cache) -> None:
    with pytest.raises(TypeError):
        cache.set_many({1: 1, 2: object()})
    assert len(cache) == 0


def test_a_fanout_cache_does_the_same(tmp_path: Path) -> None:
    with FanoutCache(tmp_path, shards=3) as cache:
        assert cache.set_many({key: key for key in range(50)}) == 50
        assert cache.get_many(range(48, 52)) == {48: 48, 49: 49}
        assert cache.delete_many(range(40, 60)) == 10


@both
def test_settings_of_the_size_limit_hold_for_caches_opened_later(
    tmp_path: Path, disk: type[Disk]
) -> None:
    with Cache(tmp_path, disk=disk, cull_limit=0, size_limit=1000) as cache:
        cache.reset("eviction_policy", "none")
    with Cache(tmp_path, disk=disk) as cache:
        assert (cache.cull_limit, cache.size_limit) == (0, 1000)
        for key in range(100):
            cache[key] = KILO
        assert len(cache) == 100 and cache.cull() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("size_limit", "1 GB"), ("cull_limit", -1), ("eviction_policy", "oldest")],
)
def test_settings_that_cannot_work_are_refused(cache: Cache, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        cache.reset(name, value)
    with pytest.raises(ValueError, match=name):
        Cache(cache.directory, **{name: value})


def test_extending_a_deque_by_itself_doubles_it(tmp_path: Path) -> None:
    deque = Deque("abc", str(tmp_path))
    deque.extend(deque)
    assert list(deque) == list("abcabc")
    deque.extendleft(reversed(deque))
    assert len(deque) == 12


@both
def test_items_whose_files_are_gone_are_passed_over(tmp_path: Path, disk: type[Disk]) -> None:
    with Cache(tmp_path, disk=disk) as cache:
        for _ in range(3):
            cache.push(KILO * 100)
        with cache.read(500_000_000_000_000) as first:
            os.remove(first.name)
        assert cache.get(500_000_000_000_000) is None
        assert cache.peek() == (500_000_000_000_001, KILO * 100)
        assert cache.peekitem(last=False)[0] == 500_000_000_000_001
        with cache.read(500_000_000_000_001) as second:
            os.remove(second.name)
        assert cache.pull() == (500_000_000_000_002, KILO * 100)
        assert len(cache) == 0


def test_a_side_of_a_queue_that_is_none_is_refused(cache: Cache) -> None:
    with pytest.raises(KeyError):
        cache.push(1, side="top")
    with pytest.raises(KeyError):
        cache.pull(side="top")


def test_a_value_is_read_from_a_stream_and_as_one(cache: Cache, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(KILO * 10_000)
    with source.open("rb") as reader:
        cache.set("stream", reader, read=True)
    with cache.read("stream") as reader:
        assert reader.read() == KILO * 10_000
    assert cache["stream"] == KILO * 10_000
