#!/usr/bin/env python3
"""A small real service: reads records about this machine, lets plugins add to them, keeps them by
content, says what changed, writes a journal, passes them through stages, plans its reports, watches
a folder, and delivers to a flaky sink.

    python inbox.py [--records N] [--plan PLAN] [--calls N] [--hook-calls N] [--again N]
                    [--ticks N] [--arrivals N] [--plugins FOLDER] [--without PLUGIN]
                    [--json FILE] [--timings FILE]

It is written against the peers alone: tenacity, pluggy, diskcache, pyrsistent, glom, deepdiff,
msgspec, structlog, tqdm, boltons, anyio, pyinstrument, schedule and watchdog. The report on
standard output is the same on every run on the same machine; how long things took goes to standard
error, or to a file of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from calls import run_calls, run_hooks
from delivery import Courier
from difference import since_last_time, summaries
from enrichment import Enricher
from folder import watched
from journal import journalled
from keeping import enriched, remembered
from plan import DEFAULT_PLAN, Plan
from records import collect
from report import as_text, with_total
from routine import run_routine
from sink import Sink
from stages import staged

# A distribution that nobody installs: it is found because its folder is on the path.
PLUGINS = Path(__file__).resolve().parent / "plugins-dist"


class Lines(logging.Handler):
    """Keeps what was logged; the report counts it and shows its digest."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())

    def digest(self) -> str:
        """SHA-256 of the sorted lines: a batch may log in any order."""
        return hashlib.sha256("\n".join(sorted(self.lines)).encode()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Run the service once; returns the exit code."""
    options = _options(arguments)
    log, lines = logging.getLogger("inbox"), Lines()
    log.addHandler(lines)
    log.propagate = False
    timings: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        timings[name] = time.perf_counter() - start

    with timed("retried calls"):
        total, attempts_of_calls = run_calls(options.calls)
    with timed("hook calls"):
        weight, answers = run_hooks(options.hook_calls)
    records, remarks = collect(options.records)
    sys.path.append(str(options.plugins))
    with timed("plugins found"):
        enricher = Enricher(options.without)
    with timed("enrichment, cached"):
        records, kept = enriched(records, enricher.enrich, options.again)
    with timed("summaries"):
        fields = [summaries(records) for _ in range(1 + options.again)][-1]
    with timed("changes"):
        changes = since_last_time(fields)
    with timed("state kept"):
        state = remembered(records)
    with timed("journal"):
        journal = journalled(records, options.again)
    with timed("stages"):
        stages = staged(records, options.again)
    with timed("schedule"):
        routine = run_routine(options.ticks)
    with timed("folder watched"):
        arrivals = watched(options.arrivals)
    with timed("end to end"), Sink(options.plan) as sink:
        courier = Courier(sink.address, log)
        courier.deliver(records)
        digest = courier.stored_digest()

    tally = courier.tally
    facts: dict[str, Any] = {
        "records": with_total(Counter(record.kind for record in records)),
        **enricher.report(),
        "cache": kept,
        "changes": changes,
        "state": state,
        "journal": journal,
        "stages": stages,
        "routine": routine,
        "folder": arrivals,
        "attempts": tally.attempts,
        "retries": with_total(tally.retries),
        "delivered": with_total(tally.delivered),
        "given up": with_total(tally.given_up),
        "attempts needed": {
            str(n): tally.attempts_needed[n] for n in sorted(tally.attempts_needed)
        },
        "sink": dict(sorted(sink.counts.items())),
        "stored digest": digest,
        "log lines": len(lines.lines),
        "log digest": lines.digest(),
        "retried calls": {
            "calls": options.calls,
            "attempts": attempts_of_calls,
            "sum": total,
        },
        "hook calls": {"calls": options.hook_calls, "answers": answers, "sum": weight},
    }
    text = as_text(facts) + "".join(f"  note: {remark}\n" for remark in remarks)
    sys.stdout.write(text)
    if options.json:
        options.json.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    if options.timings:
        options.timings.write_text(json.dumps(timings, indent=1) + "\n", encoding="utf-8")
    else:
        for name, seconds in timings.items():
            print(f"{name}: {seconds:.3f} s", file=sys.stderr)
    return _check(len(records), tally.delivered.total(), tally.given_up.total(), sink)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Deliver records about this machine to a sink.")
    parser.add_argument("--records", type=_count, default=400, help="at most so many (400)")
    parser.add_argument("--calls", type=_count, default=20_000, help="local retried calls (20000)")
    parser.add_argument("--hook-calls", type=_count, default=20_000, help="(20000)")
    parser.add_argument("--again", type=_count, default=5, help="times records come again (5)")
    parser.add_argument(
        "--ticks", type=_count, default=20_000, help="looks at the schedule (20000)"
    )
    parser.add_argument("--arrivals", type=_count, default=200, help="files that arrive (200)")
    parser.add_argument("--plugins", type=Path, default=PLUGINS, help="a folder of plugins")
    parser.add_argument("--without", action="append", default=[], help="leave this plugin out")
    parser.add_argument(
        "--plan", type=_plan, default=Plan.parse(DEFAULT_PLAN), help=f"({DEFAULT_PLAN})"
    )
    parser.add_argument("--json", type=Path, help="also write the report there, as JSON")
    parser.add_argument("--timings", type=Path, help="write the timings there, as JSON")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 or more, got {text!r}")
    return int(text)


def _plan(text: str) -> Plan:
    try:
        return Plan.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check(records: int, delivered: int, given_up: int, sink: Sink) -> int:
    """Nothing may be lost: every record is accounted for, and none is stored twice."""
    if delivered + given_up != records:
        print(f"inbox: {records} records, but {delivered} + {given_up} ended", file=sys.stderr)
        return 1
    if sink.counts["stored"] < delivered or sink.counts["wrong digest"]:
        print(f"inbox: {delivered} delivered, the sink says {sink.counts}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
