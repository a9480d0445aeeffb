"""Batches of events: in a loop, in an event loop, from a descriptor."""

from __future__ import annotations

import asyncio
import select
import threading
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
    told = threading.Event()

    def create_until_told() -> None:
        number = 0
        while not told.wait(0.01):
            (tmp_path / str(number)).touch()
            number += 1

    writer = threading.Thread(target=create_until_told)
    writer.start()
    try:
        for batch in watch(tmp_path, event_filter=ONLY, quiet=0, longest=0):
            assert {type(event) for event in batch} == {FileCreatedEvent}
            break
    finally:
        told.set()
        writer.join()


def test_closing_ends_a_read_in_another_thread(tmp_path: Path) -> None:
    watcher = Watcher(tmp_path)
    results: list[object] = []
    reader = threading.Thread(target=lambda: results.append(watcher.read()))
    reader.start()
    watcher.close()
    reader.join(30)
    assert results == [[]]


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
