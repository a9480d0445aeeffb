"""Do worker processes and portals survive what functions in them do?"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from mainstay import aio
from mainstay.aio import from_thread, to_process, to_thread

T = TypeVar("T")
LIMIT = 30


@pytest.fixture(params=aio.get_available_backends())
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Coroutine[Any, Any, T]]], T]:
    async def within_limit(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
        with aio.fail_after(LIMIT, reason=f"the program did not end within {LIMIT} s"):
            return await main()
        raise AssertionError

    return lambda main: aio.run(within_limit, main, backend=request.param)


def write_past_python(text: bytes) -> int:
    """Write to the standard streams in every way there is, and return the process id."""
    os.write(1, text)
    os.write(2, text)
    print(text, flush=True)
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    return os.getpid()


def read_input() -> bytes:
    return os.read(0, 100)


def end_at_once() -> None:
    os._exit(3)


def make_unpicklable() -> Callable[[], None]:
    return lambda: None


def test_what_a_worker_prints_does_not_reach_the_conversation(run: Any) -> None:
    async def main() -> list[int]:
        return [await to_process.run_sync(write_past_python, b"RETURN 3\n") for _ in range(2)]

    first, second = run(main)

    assert first == second


def test_a_worker_finds_its_standard_input_empty(run: Any) -> None:
    async def main() -> bytes:
        return await to_process.run_sync(read_input)

    assert run(main) == b""


def test_a_worker_that_dies_is_an_error_and_the_next_call_has_a_new_one(run: Any) -> None:
    async def main() -> int:
        before = await to_process.run_sync(os.getpid)
        with pytest.raises(aio.BrokenWorkerProcess):
            await to_process.run_sync(end_at_once)
        after = await to_process.run_sync(os.getpid)
        return after - before

    assert run(main) != 0


def test_a_result_that_cannot_be_pickled_is_an_error_and_the_worker_lives(run: Any) -> None:
    async def main() -> bool:
        before = await to_process.run_sync(os.getpid)
        with pytest.raises(Exception, match=r"pickle|local object"):
            await to_process.run_sync(make_unpicklable)
        return await to_process.run_sync(os.getpid) == before

    assert run(main)


def test_a_future_of_a_portal_that_is_cancelled_ends_its_task_only(run: Any) -> None:
    async def main() -> tuple[bool, int]:
        async with from_thread.BlockingPortal() as portal:

            def in_thread() -> tuple[bool, int]:
                waiting = portal.start_task_soon(aio.sleep_forever)
                waiting.cancel()
                other = portal.call(threading.get_ident)
                return waiting.cancelled(), other

            return await to_thread.run_sync(in_thread)
        raise AssertionError

    cancelled, thread = run(main)

    assert cancelled
    assert thread == threading.get_ident()


@pytest.mark.skipif(sys.version_info < (3, 13), reason="subinterpreters came with Python 3.13")
def test_a_subinterpreter_raises_what_the_function_raised(run: Any) -> None:
    from mainstay.aio import to_interpreter

    async def main() -> int:
        with pytest.raises(ZeroDivisionError):
            await to_interpreter.run_sync(divmod, 1, 0)
        return await to_interpreter.run_sync(pow, 2, 100)

    assert run(main) == 2**100


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="there are subinterpreters")
def test_subinterpreters_are_refused_where_there_are_none(run: Any) -> None:
    from mainstay.aio import to_interpreter

    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"at least Python 3\.13"):
            await to_interpreter.run_sync(pow, 2, 100)

    run(main)
