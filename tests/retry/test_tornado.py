"""Tornado's generator coroutines: recognised where Tornado is in use, never imported elsewhere."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from unittest import mock

import mainstay.retry.tornadoweb
import pytest
from tornado import gen

from .doors import LENIENT, PEER, STRICT, Door


def tornado_retrying(door: Door) -> Any:
    if door.name == "strict":
        return mainstay.retry.tornadoweb.TornadoRetrying
    return door.module("tornadoweb").TornadoRetrying


def run(function: Any) -> Any:
    """Run a Tornado coroutine to its end, in an event loop of its own."""

    async def main() -> Any:
        return await function()

    return asyncio.run(main())


@pytest.fixture(params=[PEER, LENIENT, STRICT], ids=lambda door: door.name)
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """Each door, imported: the decorator imports its Tornado part when it meets a coroutine."""
    chosen: Door = request.param
    with chosen.active():
        yield chosen


def test_a_tornado_coroutine_gets_the_tornado_loop(door: Door) -> None:
    calls: list[int] = []

    @door.api.retry(stop=door.api.stop_after_attempt(3), wait=door.api.wait_fixed(0))
    @gen.coroutine
    def fetch(value: int) -> Any:
        calls.append(value)
        yield gen.moment
        if len(calls) < 3:
            raise OSError
        return value

    assert type(fetch.retry) is tornado_retrying(door)
    assert run(lambda: fetch(7)) == 7
    assert calls == [7, 7, 7]
    assert fetch.statistics["attempt_number"] == 3


def test_a_tornado_coroutine_that_never_succeeds_raises(door: Door) -> None:
    @door.api.retry(stop=door.api.stop_after_attempt(2), wait=door.api.wait_fixed(0))
    @gen.coroutine
    def fail() -> Any:
        yield gen.moment
        raise KeyError("k")

    with pytest.raises(door.api.RetryError) as caught:
        run(fail)
    assert caught.value.last_attempt.attempt_number == 2


def test_ordinary_functions_do_not_get_the_tornado_loop(door: Door) -> None:
    assert type(door.api.retry(abs).retry) is door.api.Retrying

    async def native() -> None: ...

    assert type(door.api.retry(native).retry) is door.api.AsyncRetrying


def test_the_tornado_loop_may_be_called_directly(door: Door) -> None:
    slept: list[float] = []

    @gen.coroutine
    def sleep(seconds: float) -> Any:
        slept.append(seconds)
        yield gen.moment

    calls: list[int] = []

    @gen.coroutine
    def fail_once(value: int) -> Any:
        calls.append(value)
        yield gen.moment
        if len(calls) == 1:
            raise OSError
        raise gen.Return(value)

    retrying = tornado_retrying(door)(sleep=sleep, wait=door.api.wait_fixed(2))
    assert run(lambda: retrying(fail_once, 5)) == 5
    assert slept == [2.0]


def test_a_program_may_say_that_there_is_no_tornado(door: Door) -> None:
    @gen.coroutine
    def fetch() -> Any:
        yield gen.moment

    namespace = door.api if door.modules else sys.modules["mainstay.retry._policy"]
    with mock.patch.object(namespace, "tornado", None, create=True):
        assert type(door.api.retry(fetch).retry) is door.api.Retrying


def test_an_old_tornado_without_the_question_is_none() -> None:
    @gen.coroutine
    def fetch() -> Any:
        yield gen.moment

    for door in (PEER, LENIENT):
        with door.active(), mock.patch.object(gen, "is_coroutine_function"):
            del gen.is_coroutine_function
            assert type(door.api.retry(fetch).retry) is door.api.Retrying


def test_names_of_tornado_are_there_when_somebody_looks() -> None:
    import tornado

    for door in (PEER, LENIENT):
        with door.active():
            assert door.api.tornado is tornado
            assert door.api.TornadoRetrying is door.module("tornadoweb").TornadoRetrying
            assert door.api.tornadoweb is door.module("tornadoweb")


QUIET = """
import sys
{imports}
print(sorted(name for name in ("tornado", "asyncio", "trio", "sniffio") if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("arguments", "imports"),
    [
        ([], "import mainstay.retry; @mainstay.retry.retry\ndef f(): pass\nf()"),
        (["-m", "mainstay", "run"], "import tenacity\n@tenacity.retry\ndef f(): pass\nf()"),
    ],
    ids=["strict", "lenient"],
)
def test_neither_tornado_nor_an_event_loop_is_imported_for_a_sync_program(
    arguments: list[str], imports: str
) -> None:
    program = QUIET.format(imports=imports.replace("; @", "\n@"))
    done = subprocess.run(
        [sys.executable, *arguments, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "[]"
