"""Run pytest and close with its counts: `python tools/pytest_suite.py NAME [pytest arguments]`.

NAME names the report in .cache/reports/. An error in a fixture or in collection counts as a
failure, an expected failure (xfail) and a skip as neither; skips are listed with their reasons.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from suite_support import CACHE, close, run


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    name, *rest = arguments
    return close(*count(name, rest))


def count(
    name: str,
    arguments: Sequence[str],
    *,
    python: str | Path = sys.executable,
    launcher: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Run pytest and return how many tests passed and failed.

    `launcher` stands between the interpreter `python` and `-m pytest`; `env` is added to the
    environment.
    """
    report = CACHE / "reports" / f"pytest-{name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [str(python), *launcher, "-m", "pytest", "-q", "-ra", f"--junitxml={report}"]
    command += ["-o", f"cache_dir={CACHE / 'pytest'}"]
    if "-n" in arguments:
        # A worker that a test has ended is replaced once; xdist would run that test nine times.
        command.append("--max-worker-restart=1")
    code = run([*command, *arguments], env=env)
    if not report.exists():
        print(f"pytest left no report (exit code {code})")
        return 0, 1
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for key in counts:
            counts[key] += int(suite.get(key) or 0)
    failed = counts["failures"] + counts["errors"]
    # 0 all passed, 1 some failed; anything else (interrupted, usage, nothing collected) is a
    # failure by itself.
    if code != 0 and failed == 0:
        print(f"pytest ended with exit code {code}")
        failed = 1
    return max(counts["tests"] - failed - counts["skipped"], 0), failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
