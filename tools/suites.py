"""The suites of `./test`: what they are, how they are run, and what came of them.

    python tools/suites.py              run every suite that exists, print a table and the sum
    python tools/suites.py NAME...      run these only
    python tools/suites.py --list       print their names and stop

A suite is a command whose last line is `N passed, N failed`. One that prints none, or that fails
without counting a failure, counts as one failed. A suite takes as many processors as it keeps busy;
those that mostly wait take none and run beside the others. Output goes to
.cache/logs/suite-NAME.log, the end of it is shown when something failed (VERBOSE=1: everything,
always). After the suites stands what each capability took of them.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from nouns import capabilities
from suite_support import CACHE, CLOSING_LINE, ROOT, close, heed_interrupts, jobs

# A hung suite must become a failure that names itself; this is a limit against hanging, not a
# promise of speed.
LIMIT_SECONDS = 1500
SHOWN_LINES = 60
FUZZ_SECONDS = 20
# The engine is built twice: by GCC with address and undefined sanitizers, by Clang with the thread
# sanitizer.
_ENGINES = {"asan-ubsan": "engine", "tsan-clang": "engine-clang"}


@dataclass(frozen=True)
class Suite:
    """One suite, and how many processors it keeps busy: 2 is all, 0 is one that mostly waits."""

    name: str
    command: tuple[str, ...]
    processors: int = 1


@dataclass(frozen=True)
class Result:
    """What came of a suite; `note` says why when the counts alone do not."""

    name: str
    passed: int
    failed: int
    seconds: float
    note: str = ""


def suites() -> list[Suite]:
    """Return the suites whose sources exist in this checkout, in the order they are run."""
    return list(_suites())


def _suites() -> Iterator[Suite]:
    tools = ROOT / "tools"

    def script(name: str, *arguments: str) -> tuple[str, ...]:
        return (sys.executable, str(tools / name), *arguments)

    peers = sorted(ROOT.glob("conformance/peers/*/recipe.toml"))
    if peers:
        run = (sys.executable, str(ROOT / "conformance" / "run.py"))
        # Downloads what the peers' suites need while the engines compile.
        yield Suite("requirements", (*run, "--prepare"), processors=0)
    presets = _test_presets()
    for preset, name in _ENGINES.items():
        if preset in presets:
            yield Suite(name, script("ctest_suite.py", preset), processors=2)
    if any(ROOT.glob("engine/fuzz/*.cpp")):
        yield Suite("fuzz", script("fuzz_suite.py", "--seconds", str(FUZZ_SECONDS)))
    if any(ROOT.glob("engine/tests/*/faults/CMakeLists.txt")):
        yield Suite("faults", script("faults_suite.py"))
    folders = [
        f"tests/{folder.name}"
        for folder in sorted((ROOT / "tests").iterdir())
        if folder.name not in ("packaging", "snippets", "typing") and any(folder.rglob("test_*.py"))
    ]
    # What no capability owns has the longest files: begun first, none is waited for at the end.
    folders.sort(key=lambda folder: folder.removeprefix("tests/") in capabilities())
    if folders:
        # Grouped by file: a file's tests share what they set up, and its order stays readable.
        parallel = ("-n", str(jobs()), "--dist", "loadfile", "--no-loadscope-reorder")
        python = script("pytest_suite.py", "python", *parallel, *folders)
        yield Suite("python", python, processors=2)
    for recipe in peers:
        peer = recipe.parent.name
        # Suites of others may measure time, and a busy machine would decide what passes; those
        # that say of themselves that they mostly sleep are started early, beside compilations.
        sleeps = "sleeps = true" in recipe.read_text()
        yield Suite(f"conformance-{peer}", (*run, peer), processors=0 if sleeps else 2)
    if (ROOT / "python/mainstay/dropin/peers/pluggy").is_dir():
        yield Suite("on-plugins", script("on_plugins_suite.py", "--some"), processors=2)
    if (tools / "sanitize_suite.py").exists():
        yield Suite("python-sanitized", script("sanitize_suite.py", "--some"), processors=2)
    yield Suite("python-oldest", script("interpreters.py", "--oldest"), processors=2)
    if any((ROOT / "tests" / "packaging").glob("test_*.py")):
        yield Suite("packaging", script("pytest_suite.py", "packaging", "tests/packaging"))
    yield Suite("typing", script("typing_suite.py"))
    yield Suite("style", script("format.py", "--check"))
    yield Suite("docs", script("docs_suite.py"))
    if any((ROOT / "tests" / "snippets").glob("test_*.py")):
        yield Suite("snippets", script("pytest_suite.py", "snippets", "tests/snippets"))
    yield Suite("layers", script("check_layers.py"))
    yield Suite("shape", script("check_shape.py"))


def _test_presets() -> set[str]:
    try:
        presets = json.loads((ROOT / "CMakePresets.json").read_text())
    except FileNotFoundError:
        return set()
    return {preset["name"] for preset in presets.get("testPresets", ())}


class Runner:
    """Runs suites, tells how it goes, and leaves no process behind when interrupted.

    Thread safety: `run` may be called by several threads; `stop` by any, also from a signal
    handler's thread.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._started = 0
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, suite: Suite) -> Result:
        log = CACHE / "logs" / f"suite-{suite.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        with log.open("wb") as output, self._lock:
            if self._stopped:
                return Result(suite.name, 0, 1, 0.0, "not run: interrupted")
            self._started += 1
            _tell(f"[{self._started}/{self._total}] {suite.name} ...")
            process = subprocess.Popen(
                suite.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all it started can be ended with it
            )
            self._running[suite.name] = process
        note = self._wait(suite, process, log, start)
        with self._lock:
            del self._running[suite.name]
        result = _result(suite, process.returncode, log, time.monotonic() - start, note)
        _report(result, log)
        return result

    def _wait(self, suite: Suite, process: subprocess.Popen[bytes], log: Path, start: float) -> str:
        while True:
            try:
                process.wait(timeout=30)
                return ""
            except subprocess.TimeoutExpired:
                spent = time.monotonic() - start
                if spent > LIMIT_SECONDS:
                    _end(process)
                    return f"stopped after {spent:.0f} s: it seems to hang"
                last = (_lines(log) or ["no output yet"])[-1].strip()
                _tell(f"    {suite.name}: at it for {spent:.0f} s: {last[:90]}")

    def stop(self) -> None:
        """End everything that runs; suites not yet started are not started."""
        with self._lock:
            self._stopped = True
            running = list(self._running.values())
        for process in running:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _result(suite: Suite, code: int, log: Path, seconds: float, note: str) -> Result:
    found = CLOSING_LINE.findall("\n".join(_lines(log)))
    passed, failed = (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)
    if not found:
        note = note or f"no closing line; exit code {code}"
    elif code != 0 and failed == 0:
        note = note or f"exit code {code} though nothing was counted as failed"
    return Result(suite.name, passed, max(failed, 1) if note else failed, seconds, note)


def _report(result: Result, log: Path) -> None:
    text = (
        f"{result.name}: {result.passed} passed, {result.failed} failed in {result.seconds:.0f} s"
    )
    lines = [text + (f" ({result.note})" if result.note else "")]
    verbose = os.environ.get("VERBOSE", "") not in ("", "0")
    if result.failed or verbose:
        shown = _lines(log)
        if not verbose and len(shown) > SHOWN_LINES:
            lines.append(f"    the last {SHOWN_LINES} lines of {log.relative_to(ROOT)}:")
            shown = shown[-SHOWN_LINES:]
        lines += [f"    | {line}" for line in shown]
    _tell("\n".join(lines))


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()


def _tell(text: str) -> None:
    print(text, flush=True)


def run_all(chosen: Sequence[Suite]) -> list[Result]:
    """Run the suites in their order, each as soon as the processors it keeps busy are free."""
    runner = Runner(len(chosen))
    free = threading.Condition()
    state = {"processors": 2, "waiting": 0}  # those that wait: at most two beside the others

    def may_start(suite: Suite) -> bool:
        if suite.processors == 0:
            return state["waiting"] < 2
        return suite.processors <= state["processors"]

    def run(suite: Suite) -> Result:
        try:
            return runner.run(suite)
        finally:
            with free:
                state["processors"] += suite.processors
                state["waiting"] -= suite.processors == 0
                free.notify_all()

    pending, futures = list(chosen), {}
    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            try:
                while pending:
                    with free:
                        suite = next((each for each in pending if may_start(each)), None)
                        if suite is None:
                            free.wait()
                            continue
                        state["processors"] -= suite.processors
                        state["waiting"] += suite.processors == 0
                    pending.remove(suite)
                    futures[suite.name] = pool.submit(run, suite)
                return [futures[suite.name].result() for suite in chosen]
            except BaseException:
                runner.stop()
                raise
    except BaseException:
        runner.stop()
        raise


def by_capability(since: float) -> str:
    """Return the seconds that the tests of each capability took, by suite, as the reports say.

    Reports from before `since`, a time.time(), are of other runs.
    """
    seconds: dict[str, dict[str, float]] = {}
    nouns = capabilities()
    for report in sorted((CACHE / "reports").glob("*.xml")):
        if report.stat().st_mtime < since:
            continue
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            words = f"{case.get('classname', '')}.{case.get('name', '')}".split(".")
            noun = next((word for word in words[:3] if word in nouns), None)
            if noun is not None:
                row = seconds.setdefault(noun, {})
                row[report.stem] = row.get(report.stem, 0.0) + float(case.get("time") or 0)
    lines = []
    for noun in sorted(seconds):
        parts = ", ".join(f"{name} {spent:.0f}" for name, spent in seconds[noun].items())
        lines.append(f"{noun}: {sum(seconds[noun].values()):.0f} s of tests ({parts})")
    return "\n".join(lines)


def table(results: Sequence[Result]) -> str:
    """Return the results as an aligned table."""
    width = max(len(result.name) for result in results)
    lines = [f"{'suite':<{width}}  passed  failed  seconds"]
    lines += [
        f"{result.name:<{width}}  {result.passed:6}  {result.failed:6}  {result.seconds:7.0f}"
        + (f"  {result.note}" if result.note else "")
        for result in results
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="print the names of the suites")
    parser.add_argument("names", nargs="*", metavar="NAME", help="run only these suites")
    options = parser.parse_args()
    known = {suite.name: suite for suite in suites()}
    if options.list:
        print("\n".join(known))
        return 0
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"unknown suite {', '.join(unknown)}; there are {', '.join(known)}")

    def interrupted(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    start = time.time()
    heed_interrupts()
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    try:
        results = run_all([known[name] for name in options.names or known])
    except KeyboardInterrupt:
        print("\ninterrupted; nothing is left running")
        return 130
    print(f"\n{table(results)}\n")
    if not options.names:
        print(f"{by_capability(start)}\n")
    return close(sum(r.passed for r in results), sum(r.failed for r in results))


if __name__ == "__main__":
    raise SystemExit(main())
