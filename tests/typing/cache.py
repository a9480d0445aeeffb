"""A program on `mainstay.cache`, for type checkers: what its names promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mainstay.cache import Cache, Deque, FanoutCache, Index, Lock, barrier, memoize_stampede
from typing_extensions import assert_type

cache = Cache("directory", timeout=1, pickle="deny", strict_size=True, size_limit=2**20)

assert_type(cache.set("key", [1], expire=5, tag="tag"), bool)
assert_type(cache.delete("key"), bool)
assert_type(cache.evict("tag"), int)
assert_type(cache.get_many(["a", "b"]), dict[Any, Any])
assert_type(cache.set_many({"a": 1}, expire=5), int)
assert_type(cache.get_or_compute("key", lambda: 5), int)


@cache.memoize(expire=60)
def add(first: int, second: int) -> int:
    return first + second


assert_type(add(1, 2), int)


@cache.memoize()
async def load(name: str) -> bytes:
    return name.encode()


@memoize_stampede(cache, expire=60)
def area(width: float) -> float:
    return width**2


assert_type(area(2.0), float)


async def main() -> None:
    assert_type(await load("name"), bytes)
    assert_type(await cache.aget_or_compute("key", lambda: load("name")), bytes)


@barrier(cache, Lock)
def work(number: int) -> None: ...


worker: Callable[[int], None] = work
loader: Callable[[str], Awaitable[bytes]] = load

fanout = FanoutCache("directory", shards=4)
assert_type(fanout.cache("name"), Cache)
assert_type(fanout.deque("name"), Deque)
assert_type(fanout.index("name"), Index)
with cache.transact(), fanout.transact():
    assert_type(len(cache), int)
