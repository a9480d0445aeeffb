"""Directories: permissions, damage, what vanishes, what diskcache wrote, and the commands."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
import threading
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from mainstay.cache import Cache, FanoutCache, JSONDisk, PickleDeniedError, StoreError
from mainstay.cli import main

LARGE = "line\r\n" * 10_000


def test_a_directory_is_for_its_owner_only(cache: Cache) -> None:
    cache["large"] = LARGE
    for folder, _, files in os.walk(cache.directory):
        assert os.stat(folder).st_mode & 0o077 == 0
        assert all(os.stat(Path(folder) / name).st_mode & 0o077 == 0 for name in files)


def test_a_directory_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="could not be created"):
        Cache(tmp_path / "file" / "cache")


def test_a_cache_opens_again_after_it_was_closed(cache: Cache) -> None:
    cache["key"] = 1
    cache.close()
    cache.close()
    assert cache["key"] == 1


def test_a_cache_is_pickled_as_its_place(tmp_path: Path) -> None:
    with Cache(tmp_path / "a", timeout=5) as cache, FanoutCache(tmp_path / "b", 2) as fanout:
        cache["key"] = fanout["key"] = 1
        copies = pickle.loads(pickle.dumps((cache, fanout)))
        assert [copy["key"] for copy in copies] == [1, 1]
        assert copies[0].timeout == 5 and len(copies[1]._shards) == 2


def test_a_pickled_cache_keeps_its_policy(tmp_path: Path) -> None:
    with Cache(tmp_path, pickle="allow") as cache:
        copy = pickle.loads(pickle.dumps(cache))
        copy["half"] = Fraction(1, 2)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *((name, ("key",)) for name in ("get", "pop", "touch", "delete", "incr", "decr", "push")),
        *((name, ("key",)) for name in ("__getitem__", "__delitem__", "__contains__", "read")),
        *((name, ("key", 1)) for name in ("set", "add", "__setitem__", "_ticket")),
        *((name, ()) for name in ("pull", "peek", "peekitem", "__len__", "__iter__", "clear")),
        *((name, ()) for name in ("check", "expire", "volume", "stats", "_last_rank", "_commit")),
        *((name, (False,)) for name in ("_begin", "_first", "_check")),
    ],
)
def test_an_object_that_was_not_opened_says_so(name: str, arguments: tuple[Any, ...]) -> None:
    cache = Cache.__new__(Cache)
    with pytest.raises(RuntimeError, match="not opened"):
        getattr(cache, name)(*arguments)


@pytest.mark.parametrize("size", [0, 64, 4096])
def test_files_cut_short_are_an_error_or_an_empty_cache_never_wrong(
    tmp_path: Path, size: int
) -> None:
    with Cache(tmp_path / "good") as cache:
        for key in range(200):
            cache[key] = [key] * 20
    for file in sorted((tmp_path / "good").iterdir()):
        shutil.copytree(tmp_path / "good", tmp_path / "cut")
        os.truncate(tmp_path / "cut" / file.name, size)
        try:
            with Cache(tmp_path / "cut") as cache:
                assert all(cache.get(key) in (None, [key] * 20) for key in range(200))
                cache["new"] = 1
                assert cache["new"] == 1
        except (StoreError, OSError) as error:
            assert str(error)
        shutil.rmtree(tmp_path / "cut")


def test_a_directory_deleted_under_a_cache_ends_in_words_or_misses(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        cache["small"], cache["large"] = 1, LARGE
        shutil.rmtree(tmp_path / "cache")
        for use in (
            lambda: cache.get("small"),
            lambda: cache.get("large"),
            lambda: cache.set("small", 2),
            lambda: cache.set("large", LARGE),
            lambda: list(cache),
        ):
            try:
                use()
            except (StoreError, OSError) as error:
                assert str(error)


def test_check_finds_and_mends(cache: Cache) -> None:
    cache["a"], cache["b"] = LARGE, LARGE.encode()
    unknown = Path(cache.directory, "unknown")
    unknown.write_text("x")
    with cache.read("b") as reader:
        os.remove(reader.name)
    Path(cache.directory, "empty").mkdir()
    found = [str(warning.message) for warning in cache.check()]
    assert any("unknown file" in text for text in found)
    assert any("empty directory" in text for text in found)
    assert len(found) == 3
    cache.check(fix=True)
    assert cache.check() == []
    assert cache["a"] == LARGE and "b" not in cache


# -- diskcache


def written_by_the_peer(directory: Path, **settings: object) -> dict[object, object]:
    """A directory of diskcache's, and what it holds."""
    import diskcache

    items: dict[object, object] = {
        "text": "value",
        b"bytes": b"value",
        1: 2.5,
        ("tuple", 1, None): {"list": [1, 2], "day": date(2026, 1, 2)},
        "large": LARGE,
        "large bytes": LARGE.encode(),
        "large list": list(range(50_000)),
        2**70: {1, 2, 3},
    }
    with diskcache.Cache(directory, **settings) as cache:
        for key, value in items.items():
            cache.set(key, value, expire=10_000, tag="tag")
        cache["expired"] = 1
        cache.touch("expired", expire=-10)
    return items


def test_a_directory_of_diskcache_is_taken_over_once(tmp_path: Path) -> None:
    items = written_by_the_peer(tmp_path, size_limit=2**25, eviction_policy="none")
    old = (tmp_path / "cache.db").read_bytes()
    for _ in range(2):
        with Cache(tmp_path) as cache:
            assert cache.get_many(items) == items
            assert list(cache) == [*items, "expired"] and "expired" not in cache
            assert (cache.size_limit, cache.eviction_policy) == (2**25, "none")
            _, expires, tag = cache.get("text", expire_time=True, tag=True)
            assert expires is not None and tag == "tag"
            assert [str(found.message) for found in cache.check()] == []
    with Cache(tmp_path) as cache:
        del cache["text"]
    with Cache(tmp_path) as cache:
        assert "text" not in cache
    assert (tmp_path / "cache.db").read_bytes() == old


def test_processes_that_open_such_a_directory_at_once_take_it_over_once(tmp_path: Path) -> None:
    items = written_by_the_peer(tmp_path)
    barrier, counts = threading.Barrier(4), []

    def open_it() -> None:
        barrier.wait(60)
        with Cache(tmp_path) as cache:
            counts.append(len(cache))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [len(items) + 1] * 4


def test_what_only_pickle_can_read_is_kept_and_read_where_allowed(tmp_path: Path) -> None:
    import diskcache

    with diskcache.Cache(tmp_path) as old:
        old["half"] = Fraction(1, 2)
    with Cache(tmp_path) as cache, pytest.raises(PickleDeniedError):
        cache["half"]
    with Cache(tmp_path, pickle="allow") as cache:
        assert cache["half"] == Fraction(1, 2)


def test_keys_that_only_pickle_can_read_are_refused_before_anything_changes(
    tmp_path: Path,
) -> None:
    import diskcache

    with diskcache.Cache(tmp_path) as old:
        old["first"] = 1
        old[Fraction(1, 2)] = 2
    with pytest.raises(PickleDeniedError, match="take it over"):
        Cache(tmp_path)
    with Cache(tmp_path, pickle="allow") as cache:
        assert cache[Fraction(1, 2)] == 2 and len(cache) == 2


def test_what_another_disk_wrote_is_taken_over(tmp_path: Path) -> None:
    import diskcache

    with diskcache.Cache(tmp_path, disk=diskcache.JSONDisk, disk_compress_level=6) as old:
        old["key"], old["large"] = {"a": [1]}, list(range(50_000))
    with Cache(tmp_path, disk=JSONDisk) as cache:
        assert (cache["key"], cache["large"]) == ({"a": [1]}, list(range(50_000)))


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"something else" * 100)
    with pytest.raises(StoreError, match="cannot be taken over"):
        Cache(tmp_path)


def test_a_fanout_cache_of_diskcache_is_taken_over(tmp_path: Path) -> None:
    import diskcache

    items = {("key", number): [number] for number in range(50)}
    items |= {f"text {number}": [number] for number in range(50)}
    items[("large", 1)] = list(range(50_000))
    with diskcache.FanoutCache(tmp_path, shards=4) as old:
        for key, value in items.items():
            old[key] = value
    with FanoutCache(tmp_path, shards=4) as cache:
        assert cache.get_many(items) == items
        assert len(cache) == len(items)
        assert cache.check() == []


def test_the_way_back_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import diskcache

    items = written_by_the_peer(tmp_path / "old")
    with Cache(tmp_path / "old", pickle="allow") as cache:
        items["half"] = cache["half"] = Fraction(1, 2)
        cache.stats(enable=True)
        cache["half"]
        wanted = {key: cache.get(key, expire_time=True, tag=True) for key in items}
        order = list(cache)
    assert main(["cache", "export", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    assert f"{len(order)} items" in capsys.readouterr().out
    with diskcache.Cache(tmp_path / "new") as back:
        assert {key: back.get(key, expire_time=True, tag=True) for key in items} == wanted
        assert list(back) == order and back.check() == []
        assert back.eviction_policy == "least-recently-stored"


def test_a_fanout_cache_goes_back_too(tmp_path: Path) -> None:
    import diskcache

    items = {("key", number): [number] for number in range(50)}
    items |= {number: [number] for number in range(50)}
    with FanoutCache(tmp_path / "ours", shards=4) as cache:
        cache.set_many(items)
        cache.deque("below").extend("abc")
    assert main(["cache", "export", str(tmp_path / "ours"), str(tmp_path / "theirs")]) == 0
    with diskcache.FanoutCache(tmp_path / "theirs", shards=4) as back:
        assert {key: back[key] for key in items} == items
        assert list(back.deque("below")) == list("abc")


def test_an_export_needs_a_new_folder_and_a_cache(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there").mkdir()
    assert main(["cache", "export", str(tmp_path / "there"), str(tmp_path / "new")]) == 1
    assert "holds no cache" in capsys.readouterr().err
    assert main(["cache", "export", str(tmp_path), str(tmp_path / "there")]) == 1
    assert "exists; give a new folder" in capsys.readouterr().err


def test_the_commands_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with FanoutCache(tmp_path, shards=2, pickle="allow") as cache:
        cache["key"], cache["large"], cache["half"] = [1], LARGE, Fraction(1, 2)
    assert main(["cache", "check", str(tmp_path)]) == 0
    assert "0 findings" in capsys.readouterr().out
    assert main(["cache", "stats", str(tmp_path)]) == 0
    assert "eviction_policy" in capsys.readouterr().out
    assert main(["cache", "dump", "--values", str(tmp_path)]) == 0
    items = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    values = {item["key"]: item["value"] for item in items}
    assert values["'key'"] == "[1]" and values["'half'"] == "a pickle"
    assert main(["cache", "compact", str(tmp_path)]) == 0
    assert "bytes on disk" in capsys.readouterr().out
    (tmp_path / "000" / "unknown").touch()
    assert main(["cache", "check", str(tmp_path)]) == 1
    assert main(["cache", "check", "--fix", str(tmp_path)]) == 0


def test_importing_loads_what_the_names_need_only() -> None:
    import subprocess

    code = "import sys, mainstay.cache; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sqlite3", "asyncio", "inspect", "hmac", "django"} & set(done.stdout.split())
