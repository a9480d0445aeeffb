"""Run the benchmarks of one capability, or of all.

    python tools/bench.py [NOUN]             measure; write the results and docs/benchmarks.md
    python tools/bench.py --check [NOUN]     measure quickly; exit 1 when a row is below its floor
    python tools/bench.py --engine [NOUN]    the engine alone, by Google Benchmark (engine/bench/)
    python tools/bench.py --render           write the page again from the newest results
    python tools/bench.py --write-floors [NOUN]   set the floors by the newest results

The package's benchmarks run in an environment of their own (tools/bench_environment.py). Exit
code 2: something could not be run at all. benchmarks/README.md tells how one is written.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench_environment import HOME, CannotPrepare, Environment, facts, prepare
from ctest_suite import build_environment
from machine_lock import machine_lock
from suite_support import ROOT, Command, jobs, run, tool

sys.path.insert(0, str(ROOT))

from benchmarks.harness import floors, page, results
from benchmarks.harness.doors import DROPIN
from benchmarks.harness.figures import rows, worst_ratio
from benchmarks.harness.targets import capabilities, read_targets
from benchmarks.harness.verdicts import judge

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    mode = parser.add_mutually_exclusive_group()
    for name in ("check", "engine", "render", "write-floors"):
        mode.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer rounds; the results say so")
    parser.add_argument("capability", nargs="?", metavar="NOUN", help="default: every one")
    options = parser.parse_args()
    known = capabilities()
    if options.capability and options.capability not in known:
        parser.error(f"no benchmarks for {options.capability}; there are {', '.join(known)}")
    nouns: list[str] = [options.capability] if options.capability else known
    try:
        if options.engine:
            return max(_engine(noun) for noun in nouns)
        if options.render:
            render()
            return 0
        if options.write_floors:
            return _write_floors(nouns)
        if options.check:
            return max(_check(noun) for noun in nouns)
        effort = "quick" if options.quick else "full"
        return max(_measure(noun, effort) for noun in nouns)
    except CannotPrepare as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _measure(noun: str, effort: str) -> int:
    start = time.monotonic()
    print(f"{noun}: the peer, its drop-in and the strict door in one process, in turn ({effort})")
    out = HOME / f"{noun}.json"
    code = _run_package(noun, _prepared(noun), out, effort, ())
    if not out.exists():
        return 2
    run_of = results.read(out)
    target = results.path_of(run_of)
    target.parent.mkdir(parents=True, exist_ok=True)
    out.replace(target)
    render()
    verdicts = judge(read_targets(noun).targets, run_of.measured)
    reached = sum(v.dropin is not None and v.dropin >= v.target.at_least for v in verdicts)
    print(f"\nwrote {target.relative_to(ROOT)}, docs/benchmarks.md and docs/benchmarks/{noun}.svg")
    slower = [
        row for row in rows(run_of.measured) if (worst_ratio(run_of.measured, row, DROPIN) or 1) < 1
    ]
    print(
        f"bench {noun}: {reached} of {len(verdicts)} targets reached, {len(slower)} rows below 1x, "
        f"{len(run_of.measured)} cases, {time.monotonic() - start:.0f} s"
        + ("; some did not go the way they were meant to, see above" if code else "")
    )
    return code


def _check(noun: str) -> int:
    print(f"{noun}: quickly, against benchmarks/floors.toml")
    wanted = floors.read_floors(noun)
    if not wanted:
        print(f"bench-check {noun}: no floors; run make bench, then --write-floors")
        return 1
    environment = _prepared(noun)
    out = HOME / f"{noun}-check.json"
    code = _run_package(noun, environment, out, "quick", ())
    if not out.exists():
        return 2
    measured = list(results.read(out).measured)
    below = floors.breaches(wanted, measured)
    if again := sorted({breach.row for breach in below if breach.reached is not None}):
        # A short look on a busy machine errs; a long one at the suspects decides.
        print(f"\nlooking again, longer, at {len(again)} below the floor")
        _run_package(noun, environment, out, "full", again)
        second = results.read(out).measured if out.exists() else ()
        measured = [one for one in measured if one.row not in again] + list(second)
        below = floors.breaches(wanted, measured)
    for name in floors.unguarded(wanted, measured):
        print(f"has no floor yet: {name}")
    for breach in below:
        print(f"below the floor: {breach}")
    count = sum(len(table) for table in wanted.values())
    good = f"{count - len(below)} of {count} rows at or above their floor, {len(below)} below"
    print(f"bench-check {noun}: {good}" + ("; a case went another way than meant" if code else ""))
    return 1 if below or code else 0


def _prepared(noun: str) -> Environment:
    return prepare(read_targets(noun).doors.extras)


def _run_package(
    noun: str, environment: Environment, out: Path, effort: str, only: Sequence[str]
) -> int:
    out.unlink(missing_ok=True)
    command: Command = [environment.python, "-m", "benchmarks", noun, "--effort", effort]
    command += ["--out", out, "--extras", environment.extras]
    for name, text in facts().items():
        command += ["--fact", name, text]
    for row in only:
        command += ["--only", row]
    # What a developer has set for Python must not change what is measured.
    cleared = {name: "" for name in ("PYTHONPATH", "MAINSTAY_DROPIN", "PYTHONDONTWRITEBYTECODE")}
    with machine_lock():
        return run(command, env=cleared)


def render() -> None:
    """Write docs/benchmarks.md and the pictures from the newest results of each capability."""
    runs = page.newest_runs()
    PAGE.with_suffix("").mkdir(exist_ok=True)
    for one, targets in runs:
        picture = PAGE.with_suffix("") / f"{one.noun}.svg"
        picture.write_text(page.picture(one, targets), encoding="utf-8")
    PAGE.write_text(page.render(runs), encoding="utf-8")


def _write_floors(nouns: Sequence[str]) -> int:
    tables = {noun: floors.read_floors(noun) for noun in capabilities()}
    for noun in nouns:
        newest = results.newest(noun)
        if newest is None:
            print(f"there are no results for {noun}; run make bench CAP={noun} first")
            return 1
        tables[noun] = floors.floors_of(newest)
        print(f"{noun}: floors at {floors.FRACTION:.0%} of what was measured on {newest.date}")
    floors.write_floors(tables)
    return 0


def _engine(noun: str) -> int:
    source = ROOT / "engine" / "bench" / f"{noun}.cpp"
    if not source.exists():
        print(f"engine/bench/ has no {noun}.cpp: nothing to measure in the engine alone")
        return 0
    env = build_environment()
    cmake = tool("cmake")
    build: Command = [cmake, "--build", "--preset", "bench", "--parallel", str(jobs())]
    for command in ([cmake, "--preset", "bench"], build):
        if code := run(command, env=env):
            return code
    for path in (ROOT / "build" / "bench").rglob(f"mainstay_{noun}_bench"):
        if path.is_file() and os.access(path, os.X_OK):
            with machine_lock():
                return run([path])
    print(f"the build left no mainstay_{noun}_bench; see engine/bench/CMakeLists.txt")
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
