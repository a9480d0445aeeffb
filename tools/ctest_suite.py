"""Configure, build and test one CMake preset: `python tools/ctest_suite.py PRESET`.

Closes with the number of ctest tests that passed and failed; a preset that does not configure or
build counts as one failure. A tree that another CMake or compiler left behind is made anew.
"""

from __future__ import annotations

import argparse
import os
import sys
from xml.etree import ElementTree

from machine_lock import machine_lock
from suite_support import CACHE, ROOT, close, jobs, run, tool


def build_environment() -> dict[str, str]:
    """Return what a CMake build adds to the environment: configuring finds our Ninja by PATH."""
    return {"PATH": f"{sys.prefix}/bin{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _targets(noun: str) -> list[str]:
    """Return what the tests of one capability need: in Ninja a folder's targets are FOLDER/all."""
    targets = [f"engine/tests/{noun}/all"]
    if (ROOT / "engine" / "fuzz" / f"{noun}.cpp").exists():
        targets.append(f"mainstay_{noun}_fuzz_replay")
    return targets


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("preset", help="a preset of CMakePresets.json, such as dev or tsan")
    parser.add_argument("--only", metavar="NOUN", help="only the tests of this capability, or base")
    options = parser.parse_args()
    preset: str = options.preset
    env = build_environment()
    cmake, ctest = tool("cmake"), tool("ctest")
    if run([cmake, "--preset", preset], env=env) != 0:
        print("configuring failed; once more in a fresh tree")
        if run([cmake, "--fresh", "--preset", preset], env=env) != 0:
            return close(0, 1)
    build = [cmake, "--build", "--preset", preset, "--parallel", str(jobs())]
    if options.only:
        build += ["--target", *_targets(options.only)]
    with machine_lock(shared=True):
        built = run(build, env=env)
    if built != 0:
        return close(0, 1)
    report = CACHE / "reports" / f"ctest-{preset}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    code = run(
        [ctest, "--preset", preset, "--parallel", str(jobs()), "--output-on-failure"]
        + ["--no-tests=error", "--output-junit", str(report)]
        + (["--tests-regex", rf"^{options.only}\."] if options.only else []),
        env=env,
        cwd=ROOT,
    )
    if not report.exists():
        print(f"ctest left no report (exit code {code})")
        return close(0, 1)
    suite = ElementTree.parse(report).getroot()
    total, failed, skipped, disabled = (
        int(suite.get(name) or 0) for name in ("tests", "failures", "skipped", "disabled")
    )
    if skipped or disabled:
        print(f"not run: {skipped} skipped, {disabled} disabled")
    if code != 0 and failed == 0:
        failed = 1
    return close(total - failed - skipped - disabled, failed)


if __name__ == "__main__":
    raise SystemExit(main())
