#!/usr/bin/env python3
"""Runs a peer's own test suite, unmodified, on the peer and on mainstay, and compares.

    python conformance/run.py tenacity             our side, beside what is recorded of the peer's
    python conformance/run.py tenacity --record    both sides, and records the peer's

Without a record for this release and Python both sides run. Exit code 0: every test that passes on
the peer passes on mainstay or is in the ledger.
1: some do not, or the proof is incomplete. 2: the suite could not be run at all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

# What is shared with the other tools; appended, so that nothing there hides a module of a suite.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from driver.environments import make_our_environment, make_peer_environment
from driver.errors import CannotRun
from driver.expected import read_expected, write_expected
from driver.fetch import extract_suite, fetch_source, fetch_wheel
from driver.recipe import Excuse, Recipe, read_ledger, read_recipe
from driver.requirements import FREE_THREADED, install_pool
from driver.sides import OURS, PEER, Side, run_side
from driver.verdict import Verdict, judge_both, judge_one
from suite_support import CACHE, SHARED_CACHE, heed_interrupts

HERE = Path(__file__).resolve().parent
LINES_PER_FAILURE = 40


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    heed_interrupts()
    options = _parser().parse_args(arguments)
    try:
        if options.prepare:
            return _prepare(options)
        if options.peer is None:
            raise CannotRun("name a peer, a folder of conformance/peers; or say --prepare")
        verdict = _run(options)
    except CannotRun as error:
        print(f"conformance: {error}", file=sys.stderr)
        print("0 passed, 1 failed")
        return 2
    except KeyboardInterrupt:
        print("conformance: interrupted; nothing is proved", file=sys.stderr)
        return 130
    print(verdict.headline)
    print(verdict.closing_line, flush=True)
    return 1 if verdict.failures else 0


def _prepare(options: argparse.Namespace) -> int:
    """Fetch the suites and install the requirements of all recipes."""
    recipes = [read_recipe(path.parent) for path in sorted(options.recipes.glob("*/recipe.toml"))]
    cache: Path = options.cache.resolve()
    install_pool(recipes, cache)
    for recipe in recipes:
        fetch_source(recipe, cache)
    print(f"{len(recipes) + 1} passed, 0 failed")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conformance/run.py",
        description="Run a peer's own test suite on the peer and on mainstay, and compare.",
    )
    parser.add_argument("peer", nargs="?", help="a folder of conformance/peers, such as tenacity")
    parser.add_argument(
        "--prepare", action="store_true", help="bring here what all suites need, run none"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--peer-only", action="store_true", help="run on the peer, compare nothing")
    which.add_argument("--ours-only", action="store_true", help="run on mainstay alone")
    which.add_argument("--both", action="store_true", help="run on both, whatever is recorded")
    which.add_argument("--record", action="store_true", help="run on both, record the peer's")
    parser.add_argument("--keep", action="store_true", help="keep and name the working folder")
    parser.add_argument("--verbose", action="store_true", help="show pytest's output, and notes")
    parser.add_argument(
        "--recipes", type=Path, default=HERE / "peers", help="folder of the peers' recipes"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=SHARED_CACHE / "conformance",
        help="folder for archives and requirements, shared by all worktrees",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=CACHE / "conformance",
        help="folder for logs and results",
    )
    return parser


def _run(options: argparse.Namespace) -> Verdict:
    folder = options.recipes / options.peer
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in options.recipes.glob("*/")))
        raise CannotRun(f"no recipe for {options.peer!r} in {options.recipes}; known: {known}")
    recipe, ledger = read_recipe(folder), read_ledger(folder)
    cache: Path = options.cache.resolve()
    # One folder per kind of interpreter: several may run at the same time.
    results = options.results.resolve() / recipe.peer / str(sysconfig.get_config_var("SOABI"))
    results.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"conformance-{recipe.peer}-"))
    try:
        sides = _run_sides(options, folder, recipe, cache, results, work)
    finally:
        if options.keep:
            print(f"kept: {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    if len(sides) == 2:
        verdict = judge_both(recipe, ledger, *sides)
    else:
        verdict = judge_one(recipe, ledger, sides[0])
    _show(verdict, options.verbose)
    for path in (results / "result.json", results.parent / "result.json"):
        _write_result(path, recipe, ledger, sides, verdict)
    return verdict


def _run_sides(
    options: argparse.Namespace,
    folder: Path,
    recipe: Recipe,
    cache: Path,
    results: Path,
    work: Path,
) -> list[Side]:
    python = platform.python_version()
    print(f"{recipe.peer} {recipe.version} on {platform.python_implementation()} {python}")
    source = fetch_source(recipe, cache)
    others = [path.parent for path in options.recipes.glob("*/recipe.toml")]
    recipes = [recipe] if FREE_THREADED else [read_recipe(other) for other in others]
    pool = install_pool(recipes, cache)
    minor = ".".join(python.split(".")[:2])
    recorded = read_expected(folder, recipe, minor)
    sides = []
    for name in (PEER, OURS):
        if (options.peer_only and name == OURS) or (options.ours_only and name == PEER):
            continue
        if name == PEER and not (options.peer_only or options.both or options.record):
            if recorded is not None:
                counts = ", ".join(f"{n} {result}" for result, n in recorded.counts().items())
                print(f"  peer, as recorded: {counts}", flush=True)
                sides.append(recorded)
                continue
            print(f"nothing is recorded of the peer on Python {minor}; --record would")
        suite = work / name / "suite"
        extract_suite(source, recipe, suite)
        environment = work / name / "environment"
        if name == PEER:
            wheel = fetch_wheel(recipe, cache)
            interpreter = make_peer_environment(environment, recipe, wheel, pool)
        else:
            interpreter = make_our_environment(environment, recipe, pool)
        print(f"running the suite on {name}", flush=True)
        side = run_side(name, recipe, interpreter, suite, results, options.verbose)
        counts = ", ".join(f"{count} {result}" for result, count in sorted(side.counts().items()))
        print(f"  {name}: {counts or 'no outcome'} in {side.seconds:.1f} s", flush=True)
        sides.append(side)
        if name == PEER and options.record and not side.problems:
            print(f"  recorded in {write_expected(folder, recipe, minor, side)}", flush=True)
    return sides


def _show(verdict: Verdict, verbose: bool) -> None:
    for test, why in verdict.failures:
        lines = why.splitlines()
        print(f"FAILED {test}: {lines[0]}")
        shown = lines[1:] if verbose else lines[1:][-LINES_PER_FAILURE:]
        print("".join(f"    {line}\n" for line in shown), end="")
    for test in verdict.excused:
        print(f"excused by the ledger: {test}")
    notes = verdict.notes if verbose else [note.splitlines()[0] for note in verdict.notes]
    for note in notes:
        print(f"note: {note}")


def _write_result(
    path: Path, recipe: Recipe, ledger: tuple[Excuse, ...], sides: list[Side], verdict: Verdict
) -> None:
    result: dict[str, Any] = {
        "peer": recipe.peer,
        "version": recipe.version,
        "source_sha256": recipe.source_sha256,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "headline": verdict.headline,
        "passed": len(verdict.passed),
        "failed": len(verdict.failures),
        "failures": [{"what": what, "why": why} for what, why in verdict.failures],
        "notes": verdict.notes,
        "ledger": [asdict(excuse) for excuse in ledger],
        "sides": [asdict(side) for side in sides],
    }
    scratch = path.with_suffix(f".{os.getpid()}.tmp")
    scratch.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    scratch.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
