"""Functions whose results are kept: keys of calls, coroutines, one computation for all."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from mainstay.cache import Cache, FanoutCache, Index, memoize_stampede


def test_calls_that_differ_in_how_none_is_passed_do_not_share_a_result(cache: Cache) -> None:
    @cache.memoize()
    def call(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    for args, kwargs in [
        ((), {"a": None}),
        ((None, "a"), {}),
        ((None,), {"a": None}),
        ((None, "a", None), {}),
        (("a",), {}),
        ((None,), {}),
        ((), {}),
        ((), {"a": 1}),
        ((1, None), {"a": 2}),
        ((1,), {"None": None}),
    ]:
        assert call(*args, **kwargs) == (args, kwargs)
        assert call(*args, **kwargs) == (args, kwargs)


def test_keys_of_other_calls_are_the_peers(cache: Cache) -> None:
    import diskcache

    def call(*args: Any, **kwargs: Any) -> None: ...

    for options in ({}, {"typed": True}, {"ignore": {0, "a"}}, {"name": "it"}):
        ours = cache.memoize(**options)(call)  # type: ignore[arg-type]
        theirs = diskcache.Cache.memoize(None, **options)(call)
        for args, kwargs in [((), {}), ((1, "x"), {}), ((1,), {"b": 2, "a": 3}), ((), {"a": 1})]:
            key = theirs.__cache_key__(*args, **kwargs)
            assert ours.__cache_key__(*args, **kwargs) == key  # type: ignore[attr-defined]


def test_with_typed_equal_arguments_of_other_types_have_results_of_their_own(cache: Cache) -> None:
    @cache.memoize(typed=True)
    def kind(*args: object, **kwargs: object) -> str:
        return repr((args, kwargs))

    for _ in range(2):
        for args in ((1,), (1.0,), (True,), ("1",), (None,), ((1, 2),), ([1, 2],), ({},), (b"",)):
            assert kind(*args) == repr((args, {}))
            assert kind(a=args) == repr(((), {"a": args}))


def test_a_coroutine_function_stays_one_and_its_results_are_kept(cache: Cache) -> None:
    calls = []

    @cache.memoize(expire=60, tag="numbers")
    async def double(number: int) -> int:
        calls.append(number)
        return number * 2

    async def main() -> list[int]:
        return [await double(2), await double(2), await double(3)]

    assert asyncio.run(main()) == [4, 4, 6]
    assert calls == [2, 3]
    assert cache.evict("numbers") == 2


def test_of_tasks_that_miss_at_once_one_computes(cache: Cache) -> None:
    calls = []

    @cache.memoize()
    async def load(number: int) -> list[int]:
        calls.append(number)
        await asyncio.sleep(0)
        return [number]

    async def main() -> list[list[int]]:
        return await asyncio.gather(*(load(1) for _ in range(10)))

    results = asyncio.run(main())
    assert results == [[1]] * 10 and calls == [1]
    assert len({id(result) for result in results}) == 10


def test_tasks_of_several_loops_wait_for_one_another(cache: Cache) -> None:
    started, go_on, calls = threading.Event(), threading.Event(), []

    async def compute() -> int:
        calls.append(threading.get_ident())
        started.set()
        await asyncio.to_thread(go_on.wait, 60)
        return 5

    results = []

    def run() -> None:
        results.append(asyncio.run(cache.aget_or_compute("key", compute)))

    threads = [threading.Thread(target=run) for _ in range(4)]
    threads[0].start()
    assert started.wait(60)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert results == [5] * 4 and len(calls) == 1


def test_when_the_task_that_computes_is_cancelled_another_computes(cache: Cache) -> None:
    async def main() -> None:
        release = asyncio.Event()

        async def compute() -> int:
            await release.wait()
            return 7

        first = asyncio.ensure_future(cache.aget_or_compute("key", compute))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(cache.aget_or_compute("key", compute))
        await asyncio.sleep(0)
        first.cancel()
        release.set()
        assert await second == 7
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(main())


def test_all_that_wait_get_the_exception_of_the_one_that_computes(cache: Cache) -> None:
    @cache.memoize()
    async def fail(number: int) -> int:
        await asyncio.sleep(0)
        raise LookupError(number)

    async def main() -> list[Any]:
        return await asyncio.gather(*(fail(1) for _ in range(3)), return_exceptions=True)

    assert [type(error) for error in asyncio.run(main())] == [LookupError] * 3


def test_a_coroutine_may_be_awaited_in_a_transaction(cache: Cache) -> None:
    @cache.memoize()
    async def double(number: int) -> int:
        return number * 2

    async def main() -> int:
        with cache.transact():
            return await double(2)

    assert asyncio.run(main()) == 4
    assert len(cache) == 1


def test_of_threads_that_miss_at_once_one_computes(tmp_path: Path) -> None:
    cache = FanoutCache(tmp_path, shards=2)
    started, go_on, calls = threading.Event(), threading.Event(), []

    def compute() -> dict[str, int]:
        calls.append(1)
        started.set()
        assert go_on.wait(60)
        return {"answer": 42}

    results = []
    threads = [
        threading.Thread(target=lambda: results.append(cache.get_or_compute("key", compute)))
        for _ in range(4)
    ]
    threads[0].start()
    assert started.wait(60)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert results == [{"answer": 42}] * 4 and len(calls) == 1
    cache.close()


def test_a_computation_may_ask_for_its_own_key(cache: Cache) -> None:
    def outer() -> int:
        return cache.get_or_compute("key", lambda: 1) + 1

    assert cache.get_or_compute("key", outer) == 2


def test_what_expires_at_once_is_computed_and_not_kept(cache: Cache) -> None:
    assert cache.get_or_compute("key", lambda: 1, expire=0) == 1
    assert "key" not in cache


def test_an_index_memoizes(tmp_path: Path) -> None:
    index = Index(str(tmp_path))

    @index.memoize()
    def double(number: int) -> int:
        return number * 2

    assert (double(2), double(2), len(index)) == (4, 4, 1)


def test_memoize_refuses_to_be_applied_without_a_call(cache: Cache) -> None:
    with pytest.raises(TypeError, match="name cannot be callable"):
        cache.memoize(lambda: None)  # type: ignore[arg-type]


def test_stampede_refuses_coroutine_functions(cache: Cache) -> None:
    async def load() -> None: ...

    with pytest.raises(TypeError, match=r"use cache\.memoize"):
        memoize_stampede(cache, 60)(load)
