"""Stages: records pass through workers that share a channel, are reduced, and are grouped by their
shape, while a profiler looks on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from boltons.cacheutils import LRU
from boltons.iterutils import bucketize, flatten, remap
from boltons.setutils import IndexedSet
from pyinstrument import Profiler
from records import Record

WORKERS = 4


def staged(records: Sequence[Record], again: int) -> dict[str, Any]:
    """Pass the records through `1 + again` times; returns what they have in common."""
    profiler = Profiler()
    profiler.start()
    for _ in range(1 + again):
        reduced = anyio.run(_flow, records)
    session = profiler.stop()
    shapes = IndexedSet(_shape(reduced[record.id]) for record in records)
    grouped = bucketize(records, key=lambda record: shapes.index(_shape(reduced[record.id])))
    text = json.dumps([reduced[record.id] for record in records], sort_keys=True)
    return {
        "shapes": len(shapes),
        "largest group": max(map(len, grouped.values()), default=0),
        "leaves": sum(len(flatten(_leaves(each))) for each in reduced.values()),
        "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
        # How often it looked depends on time, and belongs in no report.
        "profiled": session.duration > 0,
    }


async def _flow(records: Sequence[Record]) -> dict[str, Any]:
    reduced: dict[str, Any] = {}
    seen: LRU = LRU(max_size=256)
    send, receive = anyio.create_memory_object_stream[Record](16)

    async def work(stage: MemoryObjectReceiveStream[Record]) -> None:
        async with stage:
            async for record in stage:
                if record.body not in seen:
                    seen[record.body] = remap(json.loads(record.body), visit=_worth_keeping)
                reduced[record.id] = seen[record.body]

    async with anyio.create_task_group() as workers, send:
        for _ in range(WORKERS):
            workers.start_soon(work, receive.clone())
        receive.close()
        for record in records:
            await send.send(record)
    return reduced


def _worth_keeping(path: tuple[Any, ...], key: Any, value: Any) -> bool:
    return value not in (None, "", [], {})


def _shape(value: Any) -> str:
    return ",".join(sorted(value)) if isinstance(value, dict) else type(value).__name__


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [_leaves(each) for each in value.values()]
    return [_leaves(each) for each in value] if isinstance(value, list) else [value]
