"""Runs the suite on one implementation, in a fresh process, and reads what it recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from driver.recipe import Pass, Recipe

PEER = "peer"
OURS = "mainstay"
PROGRESS_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """What one test did: passed, xpassed, skipped, xfailed, failed or error."""

    result: str
    details: str = ""


@dataclass
class Side:
    """The record of one run. `problems` are reasons why its results prove nothing."""

    name: str
    collected: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    uncollected: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> list[str]:
        return [test for test, outcome in self.outcomes.items() if outcome.result == "passed"]

    def counts(self) -> dict[str, int]:
        return dict(Counter(outcome.result for outcome in self.outcomes.values()))


def run_side(
    name: str, recipe: Recipe, python: Path, suite: Path, results: Path, verbose: bool
) -> Side:
    """Run the suite below `suite` with the interpreter `python`; never raises for the suite.

    Leaves `<name>.log` and `<name>.jsonl` in `results`, of the last pass where there are several.
    """
    whole = Side(name)
    for each in recipe.passes:
        side = _run_pass(name, recipe, each, python, suite, results, verbose)
        before = f"{each.name}::" if each.name else ""
        whole.collected += [before + test for test in side.collected]
        whole.outcomes.update({before + test: what for test, what in side.outcomes.items()})
        whole.uncollected.update({before + where: why for where, why in side.uncollected.items()})
        whole.problems += [f"{each.name}: {why}" if each.name else why for why in side.problems]
        whole.seconds += side.seconds
    return whole


def _run_pass(
    name: str,
    recipe: Recipe,
    each: Pass,
    python: Path,
    suite: Path,
    results: Path,
    verbose: bool,
) -> Side:
    log, record = results / f"{name}.log", results / f"{name}.jsonl"
    for old in results.glob(f"{name}.jsonl*"):
        old.unlink()
    pytest = ["-m", "pytest", "-p", "conformance_recorder", "-p", "no:cacheprovider"]
    pytest += ["--rootdir", str(suite), *each.arguments]
    if each.workers > 1:
        pytest += ["-n", str(each.workers)]
    launcher = ["-m", "mainstay", "run", "--only", recipe.peer] if name == OURS else []
    command = [str(python), *launcher, *pytest]
    start = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=suite,
            env=_environment(recipe, each, python, suite, record),
            stdin=subprocess.DEVNULL,
            stdout=None if verbose else output,
            stderr=None if verbose else subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            timed_out = not _wait(process, name, record, start + recipe.timeout_seconds)
        finally:
            _end(process)
    side = read_record(name, record)
    side.seconds = time.monotonic() - start
    if timed_out:
        where = _last_running(record)
        side.problems.append(
            f"not finished after {recipe.timeout_seconds} s, ended while running {where}; see {log}"
        )
    elif process.returncode not in (0, 1):
        side.problems.append(_describe_end(process.returncode, record, log))
    # With several workers it is they who run the tests, each with a record of its own.
    workers = [read_proofs(path) for path in sorted(results.glob(f"{name}.jsonl.*"))]
    for proofs in workers or [read_proofs(record)]:
        check_proofs(side, proofs, recipe, python)
    return side


def read_record(name: str, record: Path) -> Side:
    """Read the recorder's lines; what is missing in them becomes a problem."""
    side = Side(name)
    finished = False
    for event in _events(record):
        kind = event["event"]
        if kind == "collected":
            side.collected = event["tests"]
        elif kind in ("collect-error", "collect-skip"):
            side.uncollected[event["test"]] = event["details"]
        elif kind == "outcome":
            side.outcomes[event["test"]] = Outcome(event["outcome"], event["details"])
        elif kind == "finished":
            finished = True
    if not finished:
        side.problems.append("the run ended before the recorder was told, so it proves nothing")
    elif not side.outcomes:
        side.problems.append("no test ran; check arguments and source.copy of the recipe")
    return side


def read_proofs(record: Path) -> dict[str, dict[str, Any]]:
    """Which modules a process had loaded, by moment: "start", "end"."""
    return {event["moment"]: event for event in _events(record) if event["event"] == "proof"}


def check_proofs(
    side: Side, proofs: dict[str, dict[str, Any]], recipe: Recipe, python: Path
) -> None:
    """Add a problem for everything that shows another implementation than `side` demands."""
    environment = python.parent.parent.resolve()
    for moment in ("start", "end"):
        proof = proofs.get(moment)
        if proof is None:
            side.problems.append(f"no proof at the {moment} of which implementation was loaded")
            continue
        for package, failure in proof["failures"].items():
            side.problems.append(f"{package} could not be imported at the {moment}: {failure}")
        modules: dict[str, str | None] = proof["modules"]
        theirs = {
            module: file
            for module, file in modules.items()
            if module.split(".")[0] in recipe.packages
        }
        ours = {module: file for module, file in modules.items() if module not in theirs}
        if side.name == PEER:
            wrong = {m: f for m, f in theirs.items() if not _is_inside(f, environment)}
            demand = f"the pinned wheel below {environment}"
            if ours:
                names = ", ".join(ours)
                side.problems.append(f"mainstay was loaded on the peer's side: {names}")
        else:
            wrong = {m: f for m, f in theirs.items() if not _has_part(f, recipe.ours_inside)}
            demand = f"mainstay's own, below {recipe.ours_inside}"
            native = ours.get(recipe.native)
            if native is None or not native.endswith(tuple(EXTENSION_SUFFIXES)):
                side.problems.append(
                    f"the native module {recipe.native} was not loaded at the {moment}: "
                    f"its file is {native}, wanted a shared object"
                )
        for module, file in wrong.items():
            side.problems.append(
                f"wrong implementation at the {moment}: {module} came from {file}, wanted {demand}"
            )


def _environment(
    recipe: Recipe, each: Pass, python: Path, suite: Path, record: Path
) -> dict[str, str]:
    """What the machine needs, without anything that could steer imports or pytest."""
    steering = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "MAINSTAY_DROPIN")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in steering and not name.startswith(("PYTEST_", "CONFORMANCE_"))
    }
    if recipe.path:
        kept["PYTHONPATH"] = os.pathsep.join(str(suite / folder) for folder in recipe.path)
    return {
        **kept,
        "PATH": f"{python.parent}{os.pathsep}{kept.get('PATH', '')}",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **each.environment,
        "CONFORMANCE_HIDE": ",".join(each.hide),
        "CONFORMANCE_MODULES": ",".join(recipe.packages),
        "CONFORMANCE_RECORD": str(record.resolve()),
    }


def _wait(process: subprocess.Popen[bytes], name: str, record: Path, deadline: float) -> bool:
    """Wait with signs of life; False when the deadline passed first."""
    while True:
        left = deadline - time.monotonic()
        try:
            process.wait(timeout=max(0.0, min(PROGRESS_EVERY_SECONDS, left)))
            return True
        except subprocess.TimeoutExpired:
            if left <= 0:
                return False
            side = read_record(name, record)
            print(f"  {name}: {len(side.outcomes)} of {len(side.collected)} ...", flush=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the run, helpers of the suite included; also after Ctrl-C."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    elif process.poll() is None:
        process.kill()
    process.wait()


def _describe_end(code: int, record: Path, log: Path) -> str:
    """Say how a run ended that pytest did not end with `all passed` or `some failed`."""
    if code < 0:
        how = f"killed by {signal.Signals(-code).name} while running {_last_running(record)}"
    else:
        how = f"ended with exit code {code}"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]
    return "\n".join([f"{how}; the end of {log}:", *(f"  {line}" for line in lines)])


def _last_running(record: Path) -> str:
    names = [event["test"] for event in _events(record) if event["event"] == "running"]
    return names[-1] if names else "no test yet"


def _events(record: Path) -> Iterable[dict[str, Any]]:
    if not record.exists():
        return
    for line in record.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return  # the line that was being written when the process died


def _is_inside(file: str | None, folder: Path) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(folder)


def _has_part(file: str | None, inside: str) -> bool:
    return file is not None and f"/{inside}/" in Path(file).as_posix()
