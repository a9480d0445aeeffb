"""What the service remembers: enriched records by content on disk, its own state in values that
never change.

The cache is in a folder of the run, so that every run does the same. A record is enriched when its
content is new, and taken from the cache when it comes again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from diskcache import Cache
from pyrsistent import PMap, pmap, pvector
from records import Record


def enriched(
    records: Iterable[Record], enrich: Callable[[Record], Record], again: int
) -> tuple[list[Record], dict[str, int]]:
    """Enrich each record once, then ask for all of them `again` times more; returns the counts."""
    wanted = list(records)
    with tempfile.TemporaryDirectory(prefix="inbox-cache-") as folder, Cache(folder) as cache:
        cache.stats(enable=True)
        kept = [_by_content(cache, record, enrich) for record in wanted]
        for _ in range(again):
            if [_by_content(cache, record, enrich) for record in wanted] != kept:
                raise AssertionError("a cached record is not the one that was kept")
        hits, misses = cache.stats()
        counts = {"hits": hits, "misses": misses, "entries": len(cache)}
        counts["packages"] = cache.evict("package")
        return kept, counts


def _by_content(cache: Cache, record: Record, enrich: Callable[[Record], Record]) -> Record:
    key = hashlib.sha256(record.body).digest()
    body: bytes | None = cache.get(key)
    if body is None:
        body = enrich(record).body
        cache.set(key, body, tag=record.kind)
    return Record(record.id, record.kind, body)


def remembered(records: Iterable[Record]) -> dict[str, int]:
    """Keep the state of the service after each record, and take the last steps back."""
    state: PMap[str, Any] = pmap({"seen": pmap(), "order": pvector()})
    history = [state]
    for record in records:
        seen = state["seen"].set(record.id, len(record.body))
        state = state.set("seen", seen).set("order", state["order"].append(record.id))
        history.append(state)
    undone = history[len(history) // 2]
    return {
        "steps": len(history) - 1,
        "bytes": sum(state["seen"].values()),
        "after undo": len(undone["order"]),
        "bytes after undo": sum(undone["seen"].values()),
    }
