"""Processors alone, with an event of seven keys; exceptions of eleven frames."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

from .bench_lines import CONTEXT

EVENT = {
    "method": "GET",
    "path": "/items/17",
    "status": 200,
    "ms": 12.5,
    "event": "request handled",
    "level": "info",
    "timestamp": "2026-11-30T07:00:00.123456Z",
}


def _fail(depth: int) -> None:
    if depth == 0:
        raise LookupError("no such item")
    _fail(depth - 1)


def _exception() -> Any:
    try:
        _fail(10)
    except LookupError:
        return sys.exc_info()


def cases(door: Door) -> Iterator[Case]:
    """One call each; the event is copied for those that take keys out."""
    api, p = door.api, door.api.processors
    rows: dict[str, tuple[Any, dict[str, Any]]] = {
        "JSONRenderer": (p.JSONRenderer(), EVENT),
        "LogfmtRenderer": (p.LogfmtRenderer(), EVENT),
        "KeyValueRenderer": (p.KeyValueRenderer(), EVENT),
        "ConsoleRenderer": (api.dev.ConsoleRenderer(colors=True), EVENT),
        "TimeStamper, iso": (p.TimeStamper("iso"), EVENT),
        "TimeStamper, strftime, local": (p.TimeStamper("%Y-%m-%d %H:%M:%S", utc=False), EVENT),
        "dict_tracebacks": (
            p.ExceptionRenderer(api.tracebacks.ExceptionDictTransformer(use_rich=False)),
            {**EVENT, "exc_info": _exception()},
        ),
        "format_exc_info": (p.format_exc_info, {**EVENT, "exc_info": _exception()}),
    }
    for row, (processor, event) in rows.items():
        yield Case(row, "7 keys", own(_calls)(processor, event))
    yield Case(
        "merge_contextvars",
        "5 variables",
        own(_calls)(api.contextvars.merge_contextvars, {}),
        around=lambda: api.contextvars.bound_contextvars(**CONTEXT),
    )


def _calls(processor: Callable[..., Any], event: dict[str, Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            processor(None, "info", event.copy())

    return loop
