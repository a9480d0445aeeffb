"""Loops, updates, texts, and the life of a bar, drawn to a file that drops everything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

NOWHERE = open(os.devnull, "w")  # noqa: SIM115 - as long as the process


def bare(n: int) -> None:
    """The loop without a bar."""
    for _ in range(n):
        pass


def cases(door: Door) -> Iterator[Case]:
    """What programs do with a bar, each by itself."""
    tqdm = door.api.tqdm
    yield from _loops(tqdm)
    yield from _calls(tqdm)
    with door.active():
        maps = import_module(f"{door.api.__name__}.contrib.concurrent")
    items = list(range(10_000))

    def map_short(n: int) -> None:
        for _ in range(n):
            maps.thread_map(_same, items, max_workers=4, tqdm_class=tqdm, file=NOWHERE)

    yield Case("thread_map of 10,000 short tasks", "4 threads", map_short, slow=True)


def _same(x: int) -> int:
    return x


def _loops(tqdm: Any) -> Iterator[Case]:
    def loop(n: int) -> None:
        for _ in tqdm(range(n), file=NOWHERE):
            pass

    def disabled(n: int) -> None:
        for _ in tqdm(range(n), file=NOWHERE, disable=True):
            pass

    yield Case("loop, what the bar adds", "range", own(_as_it_is)(loop), baseline=bare)
    yield Case("loop, whole", "range", own(_as_it_is)(loop))
    yield Case("loop, disabled", "range", own(_as_it_is)(disabled))


def _as_it_is(loop: Loop) -> Loop:
    return loop


def _calls(tqdm: Any) -> Iterator[Case]:
    bar = tqdm(total=1 << 40, file=NOWHERE, ncols=80)
    # On the screen only where a row says so: drop-in and strict door are one class, and bars below
    # others are drawn with more moves.
    tqdm._instances.discard(bar)
    quiet = tqdm(total=1, file=NOWHERE, disable=True)
    fields = {**bar.format_dict, "n": 231, "total": 1000, "elapsed": 392.5, "rate": 0.6}
    form = "{desc}: {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"

    def updates(n: int) -> None:
        for _ in repeat(None, n):
            bar.update()

    def quiet_updates(n: int) -> None:
        for _ in repeat(None, n):
            quiet.update()

    yield Case("update()", "drawn rarely", updates)
    yield Case("update(), disabled", "never drawn", quiet_updates)
    work: dict[str, Callable[[], Any]] = {
        "format_meter": lambda: tqdm.format_meter(**fields),
        "format_meter with bar_format": lambda: tqdm.format_meter(**{**fields, "bar_format": form}),
        "set_postfix": lambda: bar.set_postfix(loss=0.123456, step=7, refresh=False),
        "refresh": bar.refresh,
        "create and close": lambda: tqdm(total=10, file=NOWHERE).close(),
        "create and close, disabled": lambda: tqdm(total=10, disable=True).close(),
        "inner loop of 10": lambda: _inner(tqdm),
    }
    for row, call in work.items():
        yield Case(row, "one call", own(_repeated)(call))

    @contextmanager
    def shown() -> Iterator[None]:
        tqdm._instances.add(bar)
        yield
        tqdm._instances.discard(bar)

    def write() -> None:
        tqdm.write("x", file=NOWHERE)

    yield Case("write above a bar", "one call", own(_repeated)(write), around=shown)


def _inner(tqdm: Any) -> None:
    for _ in tqdm(range(10), file=NOWHERE, leave=False):
        pass


def _repeated(call: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            call()

    return loop
