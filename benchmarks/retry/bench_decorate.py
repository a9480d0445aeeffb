"""Decorating: paid once per function, when a module is imported, or per call by `retry_with`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.retry.policies import typical

ROW = "decorate a function"


def cases(door: Door) -> Iterator[Case]:
    """Bare, with a policy whose parts exist, a coroutine function, and `retry_with`."""
    api = door.api
    policy = typical(api)
    yield Case(ROW, "bare", _decorations(lambda: api.retry(_function)))
    yield Case(ROW, "typical policy", _decorations(lambda: api.retry(**policy)(_function)))
    yield Case(ROW, "a coroutine function", _decorations(lambda: api.retry(**policy)(_coroutine)))
    decorated = api.retry(**policy)(_function)
    stop = api.stop_after_attempt(2)
    variation = _decorations(lambda: decorated.retry_with(stop=stop))
    yield Case("another policy by retry_with", "one part replaced", variation)


def _decorations(decorate: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            decorate()

    return loop


def _function(host: str, port: int = 80) -> str:
    """Fetches nothing."""
    return host


async def _coroutine(host: str, port: int = 80) -> str:
    """Fetches nothing, later."""
    return host
