"""Hook calls through wrappers: of the present kind, of the old kind, and with an exception."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.plugins.managers import Kit, calls_of_one, failing_calls, many, registered

COUNTS = (1, 10, 100)
OLD = "an old-style wrapper around 5 implementations"
EXCEPTION = "an exception through 5 wrappers"


def cases(door: Door) -> Iterator[Case]:
    """As many wrappers as implementations; then the two special kinds."""
    kit = Kit.of(door.api)
    for count in COUNTS:
        plugins = many(kit.plain, count) + many(kit.wrapper, count)
        relay = registered(kit.manager(), plugins).hook
        row = f"{count} + {count} implementations and wrappers"
        yield Case(row, "methods", calls_of_one(relay), path="native")
    relay = registered(kit.manager(), [*many(kit.plain, 5), kit.old_wrapper()]).hook
    yield Case(OLD, "methods", calls_of_one(relay), path="native")
    relay = registered(kit.manager(), [kit.failing(), *many(kit.wrapper, 5)]).hook
    yield Case(EXCEPTION, "methods", failing_calls(relay), path="native")
