"""Transactions happen wholly or not at all, also with large values, forks and other threads."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from mainstay.cache import Cache, Disk, FanoutCache, Timeout

LARGE = b"large" * 20_000


class Plain(Disk):
    """Nothing differs, but the general path is taken."""


class StopTransaction(Exception):
    pass


@pytest.mark.parametrize("disk", [Disk, Plain])
def test_a_rollback_keeps_large_values_and_leaves_no_files(
    tmp_path: Path, disk: type[Disk]
) -> None:
    with Cache(tmp_path, disk=disk) as cache:
        for key in ("overwritten", "deleted", "popped", "touched"):
            cache[key] = LARGE
        with pytest.raises(StopTransaction), cache.transact():
            cache["overwritten"] = LARGE + b"new"
            cache["added"] = LARGE
            del cache["deleted"]
            assert cache.pop("popped") == LARGE
            assert "deleted" not in cache and cache["added"] == LARGE
            raise StopTransaction
        assert all(cache[key] == LARGE for key in ("overwritten", "deleted", "popped"))
        assert "added" not in cache and len(cache) == 4
        assert cache.check() == []


@pytest.mark.parametrize("disk", [Disk, Plain])
def test_a_rollback_of_the_first_large_value_leaves_the_directory_as_it_was(
    tmp_path: Path, disk: type[Disk]
) -> None:
    with Cache(tmp_path, disk=disk) as cache:
        before = sorted(tmp_path.iterdir())
        with pytest.raises(StopTransaction), cache.transact():
            cache.push(LARGE)
            raise StopTransaction
        assert sorted(tmp_path.iterdir()) == before and cache.check() == []


@pytest.mark.parametrize("disk", [Disk, Plain])
def test_a_commit_lets_go_of_replaced_files(tmp_path: Path, disk: type[Disk]) -> None:
    with Cache(tmp_path, disk=disk) as cache:
        with cache.transact():
            for _ in range(3):
                cache["key"] = LARGE
            cache["key"] = 1
        assert cache["key"] == 1
        assert cache.check() == []


def test_others_see_a_transaction_when_it_is_over(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache, Cache(tmp_path, timeout=0.01) as other:
        cache["a"] = cache["b"] = 1
        seen = []

        def look() -> None:
            seen.append((other["a"], other["b"]))
            with pytest.raises(Timeout):
                other.set("a", 5)

        with cache.transact():
            cache["a"] = 2
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
            cache["b"] = 2
        assert seen == [(1, 1)]
        assert (other["a"], other["b"]) == (2, 2)


def test_a_nested_transaction_joins_the_outer_one(cache: Cache) -> None:
    with pytest.raises(StopTransaction), cache.transact():
        with cache.transact():
            cache["key"] = 1
        raise StopTransaction
    assert "key" not in cache


def test_a_thread_that_would_wait_for_itself_is_told(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache, Cache(tmp_path) as other:
        refusal = pytest.raises(RuntimeError, match="holds the store already")
        with cache.transact(), refusal:
            other["key"] = 1


def test_a_child_forked_in_a_transaction_works_and_leaves_it_alone(cache: Cache) -> None:
    cache["key"] = "old"
    with pytest.raises(StopTransaction), cache.transact():
        cache["key"] = "new"
        child = os.fork()
        if not child:
            os._exit(0 if cache["key"] == "old" and not cache._owned else 1)
        assert os.waitpid(child, 0)[1] == 0
        raise StopTransaction
    assert cache["key"] == "old"


def test_a_child_forked_while_another_thread_holds_the_lock_can_write(cache: Cache) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with cache.transact():
            cache["thread"] = 1
            inside.set()
            go_on.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(60)
    child = os.fork()
    if not child:
        cache.set("child", 1, retry=True)  # when the parent's thread is done
        os._exit(0)
    go_on.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
    assert (cache["thread"], cache["child"]) == (1, 1)


def test_a_fanout_cache_locks_all_its_stores(tmp_path: Path) -> None:
    with FanoutCache(tmp_path, shards=3) as cache:
        with pytest.raises(StopTransaction), cache.transact():
            for key in range(20):
                cache[key] = key
            raise StopTransaction
        assert len(cache) == 0


def test_a_transaction_that_is_dropped_before_its_end_is_rolled_back(cache):
    # So an exception of a signal handler just before `__exit__` leaves no lock behind.
    block = cache.transact()
    block.__enter__()
    cache["a"] = 1
    del block
    assert "a" not in cache
    with cache.transact():
        cache["b"] = 2
    assert list(cache) == ["b"]
