"""Measures one capability with the interpreter it runs on: `python -m benchmarks retry`.

`make bench` calls this in an environment of its own, and renders what it writes. Called by hand it
measures whatever mainstay and peer this interpreter has. Run it from the root of the tree.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from benchmarks.harness.doors import CannotLoad, load_doors
from benchmarks.harness.machine import describe
from benchmarks.harness.measure import EFFORTS
from benchmarks.harness.paths import counter_of
from benchmarks.harness.results import Results, write
from benchmarks.harness.run import run
from benchmarks.harness.targets import BENCHMARKS, capabilities, read_targets


def main() -> int:
    """Exit code 0 when everything was measured, 1 when a case went another way than it should."""
    options = _parser().parse_args()
    noun: str = options.capability
    doors_of = read_targets(noun).doors
    files = sorted((BENCHMARKS / noun).glob(f"bench_{options.task}.py"))
    if not files:
        print(f"benchmarks/{noun} has no bench_{options.task}.py", file=sys.stderr)
        return 2
    try:
        doors = load_doors(doors_of, options.extras.resolve() if options.extras else None)
    except CannotLoad as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    done = run(files, doors, EFFORTS[options.effort], counter_of(noun), options.only)
    facts = describe(doors_of.peer) | dict(options.fact)
    facts["effort"] = options.effort
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    if options.out:
        write(Results(noun, today, facts, tuple(done.measured)), options.out)
    for text in done.complaints:
        print(f"not the way it was meant to go: {text}")
    return 1 if done.complaints else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("capability", choices=capabilities())
    parser.add_argument("--effort", choices=EFFORTS, default="full")
    parser.add_argument("--task", default="*", help="measure bench_TASK.py alone")
    parser.add_argument("--only", action="append", default=[], metavar="ROW", help="repeatable")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the results here")
    parser.add_argument("--extras", type=Path, metavar="FOLDER", help="a folder per distribution")
    parser.add_argument("--fact", action="append", default=[], nargs=2, metavar=("NAME", "TEXT"))
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
