"""Logging an event: a JSON line to a file, filtered out, through `logging`; and binding.

Lines go to the null device, so that what the system does for a file does not hide the library;
"to a file" is one in a temporary folder.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

BOUND = {
    "app": "shop",
    "host": "web-1",
    "pid": 4711,
    "region": "eu",
    "user": "ada",
    "request": "9f86d081",
}
CONTEXT = {"request": "9f86d081", "user": "ada", "tenant": 7, "path": "/items", "span": "a1b2"}


def chain(api: Any) -> list[Any]:
    """What services have."""
    return [
        api.contextvars.merge_contextvars,
        api.processors.add_log_level,
        api.processors.StackInfoRenderer(),
        api.dev.set_exc_info,
        api.processors.TimeStamper(fmt="iso", utc=True),
        api.processors.format_exc_info,
        api.processors.JSONRenderer(),
    ]


def foreign(api: Any) -> list[Any]:
    """The same with two functions of the program's own."""

    def add_service(logger: Any, name: str, event: Any) -> Any:
        event["service"] = "shop"
        return event

    def drop_empty(logger: Any, name: str, event: Any) -> Any:
        return {key: value for key, value in event.items() if value is not None}

    return [*chain(api)[:-1], add_service, drop_empty, api.processors.JSONRenderer()]


def cases(door: Door) -> Iterator[Case]:
    """One event each, with four keywords."""
    api = door.api
    null = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for the whole run
    file: Any = tempfile.TemporaryFile("w", encoding="utf-8")  # noqa: SIM115  # as well

    def logger(processors: list[Any], target: Any = null) -> Any:
        wrapper = api.make_filtering_bound_logger("info")
        return api.wrap_logger(api.WriteLogger(target), processors, wrapper).bind()

    plain, mixed = logger(chain(api)), logger(foreign(api))
    rows = {
        "JSON line": plain.info,
        "JSON line to a file": logger(chain(api), file).info,
        "JSON line, 6 bound values": plain.bind(**BOUND).info,
        "JSON line, foreign processors": mixed.info,
        "filtered out": plain.debug,
    }
    for row, method in rows.items():
        yield Case(row, "4 keywords", own(_events)(method))
    yield Case(
        "JSON line, 5 context variables",
        "4 keywords",
        own(_events)(plain.info),
        around=lambda: api.contextvars.bound_contextvars(**CONTEXT),
    )
    yield Case("bind", "4 keywords", own(_binds)(plain.bind))
    yield Case("through logging", "4 keywords", own(_events)(_stdlib(api, null).info))


def _stdlib(api: Any, target: Any) -> Any:
    """A logger of `logging` with a ProcessorFormatter."""
    name = f"benchmark of {id(api)}"
    handler = logging.StreamHandler(target)
    finish = [api.stdlib.ProcessorFormatter.remove_processors_meta, api.processors.JSONRenderer()]
    handler.setFormatter(api.stdlib.ProcessorFormatter(processors=finish))
    wrapped = logging.getLogger(name)
    wrapped.addHandler(handler)
    wrapped.propagate = False
    wrapped.setLevel(logging.INFO)
    processors = [api.stdlib.filter_by_level, *chain(api)[:-1]]
    processors.append(api.stdlib.ProcessorFormatter.wrap_for_formatter)
    return api.wrap_logger(wrapped, processors, api.stdlib.BoundLogger).bind()


def _events(method: Callable[..., Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            method("request handled", method="GET", path="/items/17", status=200, ms=12.5)

    return loop


def _binds(bind: Callable[..., Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            bind(method="GET", path="/items/17", status=200, ms=12.5)

    return loop
