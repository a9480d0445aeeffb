"""Replay the fuzz corpora and fuzz for a bounded time.

    python tools/fuzz_suite.py [--seconds N] [CAPABILITY...]

Each target in engine/fuzz/ is two tests: its corpus replays clean, and N seconds of new inputs
(shared by all targets) find nothing. What is found is kept in .cache/fuzz/<capability>/ and named,
to be copied into engine/fuzz/corpus/<capability>/ with its repair.
"""

from __future__ import annotations

import argparse
import base64
import os
from pathlib import Path

from ctest_suite import build_environment
from machine_lock import machine_lock
from suite_support import CACHE, ROOT, Command, close, jobs, run, tool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=20, help="time for new inputs, in all")
    parser.add_argument("capabilities", nargs="*", metavar="CAPABILITY", help="default: every one")
    options = parser.parse_args()
    known = sorted(
        path.stem for path in (ROOT / "engine" / "fuzz").glob("*.cpp") if _is_target(path)
    )
    if unknown := set(options.capabilities) - set(known):
        parser.error(
            f"no fuzz target for {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    chosen = options.capabilities or known
    env = build_environment()
    cmake = tool("cmake")
    build: Command = [cmake, "--build", "--preset", "fuzz", "--parallel", str(jobs())]
    with machine_lock(shared=True):
        unbuilt = run([cmake, "--preset", "fuzz"], env=env) or run(build, env=env)
    if unbuilt:
        return close(0, 1)
    passed = 0
    failed: list[str] = []
    for capability in chosen:
        replayed, fuzzed = _fuzz(capability, max(options.seconds // len(chosen), 1))
        passed += replayed + fuzzed
        failed += [] if replayed else [f"{capability}: an input of its corpus"]
        failed += [] if fuzzed else [f"{capability}: a new input"]
    # Last, because the end of a log is what is shown of a suite that failed.
    for finding in sorted((CACHE / "fuzz").glob("*/*-*")):
        content = base64.b64encode(finding.read_bytes()[:512]).decode()
        print(f"finding: {finding.relative_to(ROOT)}, base64 {content}")
    for each in failed:
        print(f"failed: {each}")
    return close(passed, len(failed))


def _is_target(path: Path) -> bool:
    # The replay main of other compilers lives beside the targets.
    return "LLVMFuzzerTestOneInput" in path.read_text() and "int main(" not in path.read_text()


def _fuzz(capability: str, seconds: int) -> tuple[bool, bool]:
    """Return whether the corpus replayed clean and whether `seconds` of new inputs found
    nothing."""
    target = _executable(capability)
    if target is None:
        print(
            f"build/fuzz holds no executable for {capability}; is it in engine/fuzz/CMakeLists.txt?"
        )
        return False, False
    corpus = ROOT / "engine" / "fuzz" / "corpus" / capability
    grown = CACHE / "fuzz" / capability / "corpus"
    grown.mkdir(parents=True, exist_ok=True)
    print(f"{capability}: {len(list(corpus.iterdir())) if corpus.exists() else 0} inputs to replay")
    findings = f"-artifact_prefix={grown.parent}/"
    seeds = [corpus] if corpus.exists() else []
    replayed = run([target, "-runs=0", findings, *seeds]) == 0
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048"]
    fuzzed = run([target, *limits, "-print_final_stats=1", findings, grown, *seeds]) == 0
    return replayed, fuzzed


def _executable(capability: str) -> Path | None:
    built = sorted((ROOT / "build" / "fuzz").rglob(f"mainstay_{capability}_fuzz"))
    return next((path for path in built if path.is_file() and os.access(path, os.X_OK)), None)


if __name__ == "__main__":
    raise SystemExit(main())
