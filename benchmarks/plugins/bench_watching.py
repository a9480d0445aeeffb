"""Hook calls that are observed: monitored by two functions, and traced without a writer."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.plugins.managers import Kit, calls_of_one, many, registered

WAY = "calls are monitored"


def cases(door: Door) -> Iterator[Case]:
    """Five implementations each."""
    kit = Kit.of(door.api)
    manager = registered(kit.manager(), many(kit.plain, 5))
    manager.add_hookcall_monitoring(_before, _after)
    yield Case("a monitored call", "5 methods", calls_of_one(manager.hook), path=WAY)
    manager = registered(kit.manager(), many(kit.plain, 5))
    manager.enable_tracing()
    yield Case("a traced call", "5 methods", calls_of_one(manager.hook), path=WAY)


def _before(hook_name: str, hook_impls: object, kwargs: object) -> None:
    """Looks at nothing."""


def _after(outcome: object, hook_name: str, hook_impls: object, kwargs: object) -> None:
    """Looks at nothing."""
