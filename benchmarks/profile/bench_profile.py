"""What a program pays while it is profiled, what a sample costs, and what reports cost."""

from __future__ import annotations

import asyncio
import atexit
import os
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

OFTEN = 1e-9  # an interval so short that each event is sampled


def cases(door: Door) -> Iterator[Case]:
    """Programs under a profiler, and the reports of a session."""
    profiler = door.api.Profiler
    yield from _programs(profiler)
    yield from _samples(profiler)
    with door.active():
        renderers = import_module(f"{door.api.__name__}.renderers")
    yield from _reports(door, profiler, renderers)


def _nothing() -> None:
    pass


def _calls(n: int) -> None:
    for _ in repeat(None, n):
        _nothing()


def _builtins(n: int) -> None:
    for _ in repeat(None, n):
        len("")


def _profiled(work: Loop, **options: Any) -> Callable[[Any], Loop]:
    def make(profiler: Any) -> Loop:
        def loop(n: int) -> None:
            with profiler(**options):
                work(n)

        return loop

    return make


async def _switches(n: int) -> None:
    for _ in repeat(None, n):
        await asyncio.sleep(0)


async def _switch_profiled(profiler: Any) -> None:
    with profiler():
        await _switches(2_000)


def _programs(profiler: Any) -> Iterator[Case]:
    for row, work in (
        ("a call, what profiling adds", own(_calls)),
        ("a call of a C function, what profiling adds", own(_builtins)),
    ):
        yield Case(row, "1 ms", _profiled(work)(profiler), baseline=own(_same)(work))
    disabled = _profiled(_calls, async_mode="disabled")(profiler)
    yield Case("a call, what profiling adds", "1 ms, no async", disabled, baseline=_calls)

    yield Case(
        "a switch of tasks, what profiling adds",
        "1 ms, 2,000",
        own(_repeated)(lambda: asyncio.run(_switch_profiled(profiler))),
        baseline=own(_repeated)(lambda: asyncio.run(_switches(2_000))),
        slow=True,
    )

    def begin_and_end(n: int) -> None:
        for _ in repeat(None, n):
            with profiler():
                pass

    yield Case("start and stop", "one call", begin_and_end)


def _same(loop: Loop) -> Loop:
    return loop


def _deep(depth: int, work: Loop, n: int) -> None:
    if depth == 0:
        work(n)
    else:
        _deep(depth - 1, work, n)


def _samples(profiler: Any) -> Iterator[Case]:
    for depth in (5, 50, 200):

        def sampled(depth: int = depth) -> None:
            with profiler(interval=OFTEN):
                _deep(depth, _builtins, 500)  # two events each

        def bare(depth: int = depth) -> None:
            _deep(depth, _builtins, 500)

        loop, baseline = own(_repeated)(sampled), own(_repeated)(bare)
        yield Case("1,000 samples", f"depth {depth}", loop, baseline=baseline, slow=True)


def _tree(depth: int, width: int) -> None:
    if depth == 0:
        len("")
        return
    for _ in repeat(None, width):
        _tree(depth - 1, width)


def _reports(door: Door, profiler: Any, renderers: Any) -> Iterator[Case]:
    with door.active(), profiler(interval=OFTEN) as recorded:
        _deep(20, lambda n: _tree(n, 3), 6)
    session = recorded.last_session
    reports = {
        "text": "ConsoleRenderer",
        "json": "JSONRenderer",
        "html": "HTMLRenderer",
        "speedscope": "SpeedscopeRenderer",
        "pstats": "PstatsRenderer",
    }
    variant = "3,000 samples"
    for row, name in reports.items():
        renderer = getattr(renderers, name)

        def render(renderer: Any = renderer) -> None:
            renderer().render(session)

        yield Case(f"report: {row}", variant, own(_repeated)(render), slow=True)
    yield Case("call tree as frames", variant, own(_repeated)(session.root_frame), slow=True)
    with tempfile.NamedTemporaryFile(suffix=".pyisession", delete=False) as file:
        path = file.name
    atexit.register(os.unlink, path)
    session.save(path)

    def save() -> None:
        session.save(path)

    def load() -> None:
        type(session).load(path)

    yield Case("save a session", variant, own(_repeated)(save), slow=True)
    yield Case("load a session", variant, own(_repeated)(load), slow=True)


def _repeated(call: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            call()

    return loop
