#!/usr/bin/env python3
"""Runs the inbox service on its peers and, unchanged, under `mainstay run`, and compares.

    python examples/inbox/compare.py [--rounds N] [-- arguments for inbox.py]

The rounds are interleaved. Every output must be the same byte for byte; the timings stand side
by side, also where nothing is gained. Exit code 0: equal. 1: outputs differ, or the service
failed. 2: there is nothing to compare, and the text says what to install.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mainstay import dropin

INBOX = Path(__file__).resolve().parent / "inbox.py"
PEERS = dropin.available()
PLAIN: tuple[str, ...] = ()
UNDER_MAINSTAY = ("-m", "mainstay", "run")
# Below this gain a row is called what it is: nothing anybody would notice.
NOTICEABLE = 1.1


class CannotCompare(Exception):
    """One of the two sides is not there; the text says what to do."""


@dataclass(frozen=True)
class Run:
    """One run of the service: its report, the same as facts, and its timings in seconds."""

    report: bytes
    facts: dict[str, Any]
    timings: dict[str, float]


def main(arguments: list[str] | None = None) -> int:
    """Compare, print, and return the exit code."""
    options = _options(arguments)
    try:
        for peer in PEERS:
            print(f"    peers: {peer} is {_prove(peer, PLAIN)}", flush=True)
        for peer in PEERS:
            print(f" mainstay: {peer} is {_prove(peer, UNDER_MAINSTAY)}", flush=True)
        theirs, ours = _rounds(options.rounds, options.arguments)
    except CannotCompare as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(error.stderr.decode(errors="replace"), file=sys.stderr)
        print(f"demo: the service failed: `{' '.join(error.cmd)}` ended with {error.returncode}")
        return 1
    sys.stdout.write(theirs[0].report.decode())
    difference = _first_difference(theirs, ours)
    if difference:
        sys.stdout.writelines(difference)
        print(f"demo: the outputs differ (first {len(difference)} lines above)")
        return 1
    ratios = _show_timings(theirs, ours)
    gains = ", ".join(f"{name} {ratio:.2f}x" for name, ratio in ratios.items())
    total, attempts = theirs[0].facts["records"]["total"], theirs[0].facts["attempts"]
    print(f"demo: outputs equal ({total:,} records, {attempts:,} attempts); {gains}")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the inbox service on peers and mainstay.")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side (3)")
    parser.add_argument("arguments", nargs="*", help="passed on to inbox.py, after --")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")
    return options


def _prove(peer: str, launcher: Sequence[str]) -> str:
    """Say which implementation this side imports; raise unless it is the one it should be."""
    probe = f"import {peer}; print({peer}.__file__)"
    done = _python([*launcher, "-c", probe])
    if done.returncode != 0:
        what = "mainstay" if launcher else peer
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise CannotCompare(
            f"{what} is not usable with {sys.executable} ({last}); "
            f"install it there with `pip install {'.' if launcher else peer}`"
        )
    file = Path(done.stdout.decode().strip())
    is_ours = "/mainstay/dropin/peers/" in file.as_posix()
    if is_ours != bool(launcher):
        raise CannotCompare(f"the wrong {peer} was imported, {file}; unset MAINSTAY_DROPIN")
    return "mainstay's own" if is_ours else "the installed package"


def _rounds(rounds: int, arguments: Sequence[str]) -> tuple[list[Run], list[Run]]:
    """Run both sides `rounds` times, taking turns in who goes first."""
    theirs: list[Run] = []
    ours: list[Run] = []
    for number in range(rounds):
        print(f"round {number + 1} of {rounds} ...", flush=True)
        turns = [(theirs, PLAIN), (ours, UNDER_MAINSTAY)]
        for runs, launcher in turns if number % 2 == 0 else reversed(turns):
            runs.append(_run(launcher, arguments))
    return theirs, ours


def _run(launcher: Sequence[str], arguments: Sequence[str]) -> Run:
    with tempfile.TemporaryDirectory() as scratch:
        facts, timings = Path(scratch, "facts.json"), Path(scratch, "timings.json")
        start = time.perf_counter()
        done = _python(
            [*launcher, str(INBOX), *arguments, "--json", str(facts), "--timings", str(timings)]
        )
        seconds = time.perf_counter() - start
        done.check_returncode()
        measured = json.loads(timings.read_bytes())
        return Run(
            report=done.stdout,
            facts=json.loads(facts.read_bytes()),
            timings={**measured, "whole program": seconds},
        )


def _python(arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    # The comparison decides who replaces what, not a variable left over in the shell.
    environment = {name: value for name, value in os.environ.items() if name != "MAINSTAY_DROPIN"}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=False,
    )


def _first_difference(theirs: Sequence[Run], ours: Sequence[Run]) -> list[str]:
    """Lines that show the first run that differs from the first one; none when all are equal."""
    first = theirs[0]
    named = [("peers", run) for run in theirs] + [("mainstay", run) for run in ours]
    for side, run in named:
        if run.report != first.report or run.facts != first.facts:
            before = first.report.decode().splitlines(keepends=True)
            after = run.report.decode().splitlines(keepends=True)
            lines = list(difflib.unified_diff(before, after, "peers, round 1", side))
            return lines[:40] or ["the JSON facts differ, the reports do not\n"]
    return []


def _show_timings(theirs: Sequence[Run], ours: Sequence[Run]) -> dict[str, float]:
    """Print median seconds side by side; returns how many times faster ours is, by section."""
    seconds: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for runs, column in ((theirs, 0), (ours, 1)):
        for run in runs:
            for name, value in run.timings.items():
                seconds[name][column].append(value)
    facts = theirs[0].facts
    records = facts["records"]["total"]
    calls, hook_calls = facts["retried calls"]["calls"], facts["hook calls"]["calls"]
    meaning = {
        "retried calls": f"tenacity, cpu-bound: {calls:,} retried calls with no waiting",
        "hook calls": f"pluggy, cpu-bound: {hook_calls:,} hook calls, 3 plugins and a wrapper",
        "plugins found": "pluggy: entry points read, plugins imported and registered",
        "enrichment": f"pluggy: {records:,} records, the plugins' own work included",
        "end to end": "tenacity: delivery over HTTP, where waiting dominates",
        "whole program": "from start to exit, reading the records included",
    }
    print(f"\n{'section':<14} {'peers':>10} {'mainstay':>10} {'gain':>7}")
    ratios = {}
    for name, (peer_seconds, our_seconds) in seconds.items():
        peer_median, our_median = median(peer_seconds), median(our_seconds)
        ratios[name] = peer_median / our_median
        remark = meaning.get(name, "")
        if ratios[name] < 1 / NOTICEABLE:
            remark += "; slower"
        elif ratios[name] < NOTICEABLE:
            remark += "; nothing gained"
        print(
            f"{name:<14} {peer_median:>8.3f} s {our_median:>8.3f} s {ratios[name]:>6.2f}x  {remark}"
        )
    print()
    return ratios


if __name__ == "__main__":
    raise SystemExit(main())
