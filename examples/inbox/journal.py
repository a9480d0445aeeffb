"""The journal: every record read into its type, packed, and told of in one structured line."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Sequence

import msgspec
import structlog
from records import Record
from tqdm import tqdm


class Package(msgspec.Struct, tag="package", tag_field="kind"):
    """What a record of an installed distribution says, as far as the journal keeps it."""

    id: str
    version: str
    requires: int
    top_level: list[str]


class Inspected(msgspec.Struct, tag="inspect", tag_field="kind"):
    """What a record of the package client says."""

    id: str
    version: str
    requested: bool


class Module(msgspec.Struct, tag="module", tag_field="kind"):
    """What a record of a module of the standard library says."""

    id: str
    bytes: int
    lines: int
    sha256: str


def journalled(records: Sequence[Record], again: int) -> dict[str, int | str]:
    """Write the journal `1 + again` times; returns its size, and a digest of the last one."""
    decoder = msgspec.json.Decoder(Package | Inspected | Module)
    encoder = msgspec.msgpack.Encoder()
    journal, packed, refused = io.StringIO(), 0, 0
    bars = io.StringIO()  # how far it is depends on time, and belongs in no report
    for number in range(1 + again):
        journal, packed = io.StringIO(), 0
        log = structlog.wrap_logger(
            structlog.WriteLogger(journal),
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        ).bind(run=number)
        for record in tqdm(records, desc="journal", unit="record", file=bars):
            try:
                entry = decoder.decode(record.body)
            except msgspec.ValidationError as error:
                refused += 1
                log.warning("refused", id=record.id, reason=str(error))
                continue
            size = len(encoder.encode(entry))
            packed += size
            log.debug("packed", entry=entry)
            log.info("kept", id=record.id, type=type(entry).__name__, size=size)
    return {
        "lines": journal.getvalue().count("\n"),
        "packed bytes": packed,
        "refused": refused,
        "digest": hashlib.sha256(journal.getvalue().encode()).hexdigest()[:16],
    }
