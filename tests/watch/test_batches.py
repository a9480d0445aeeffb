"""Batches of events: in a loop, in an event loop, from a descriptor."""

from __future__ import annotations

import asyncio
import select
from pathlib import Path

import pytest
from mainstay.watch import Watcher, awatch, watch
from mainstay.watch.events import FileCreatedEvent

ONLY = [FileCreatedEvent]


def test_events_that_come_together_are_one_batch(tmp_path: Path) -> None:
    with Watcher(tmp_path, event_filter=ONLY, quiet=0.3, longest=30) as watcher:
        for name in "abc":
            (tmp_path / name).touch()
        assert watcher.read(30) == [FileCreatedEvent(str(tmp_path / name)) for name in "abc"]
        assert watcher.read(0) == []


def test_a_descriptor_tells_of_events(tmp_path: Path) -> None:
    with Watcher(tmp_path, event_filter=ONLY, quiet=0, longest=0) as watcher:
        assert select.select([watcher], [], [], 0)[0] == []
        (tmp_path / "a").touch()
        assert select.select([watcher], [], [], 30)[0] == [watcher]
        assert watcher.read(0) == [FileCreatedEvent(str(tmp_path / "a"))]


def test_a_loop_gets_batches(tmp_path: Path) -> None:
    batches = watch(tmp_path, event_filter=ONLY)
    with Watcher(tmp_path) as _:
        pass  # watching a path twice at once is fine
    assert hasattr(batches, "__next__")


def test_a_task_gets_batches(tmp_path: Path) -> None:
    async def first() -> list[object]:
        batches = awatch(tmp_path, event_filter=ONLY)
        asking = asyncio.ensure_future(anext_of(batches))
        await asyncio.sleep(0)
        (tmp_path / "a").touch()
        return await asyncio.wait_for(asking, 30)

    async def anext_of(batches: object) -> list[object]:
        async for batch in batches:  # type: ignore[attr-defined]
            return list(batch)
        return []

    assert asyncio.run(first()) == [FileCreatedEvent(str(tmp_path / "a"))]


def test_a_watcher_without_a_path_is_refused() -> None:
    with pytest.raises(TypeError, match="a path is needed"):
        Watcher()
