"""Kill processes at every step of their work: `python tools/faults_suite.py [--kills N] [NOUN...]`.

A capability that survives kills has a program in engine/tests/<noun>/faults/, built by the preset
`release` as mainstay_<noun>_faults, with crash points compiled in. It kills N processes, checks a
model after each, and closes with `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from ctest_suite import build_environment
from machine_lock import machine_lock
from nouns import capabilities
from suite_support import CLOSING_LINE, ROOT, Command, close, jobs, run, tool


def with_faults() -> list[str]:
    """The capabilities that have such a program."""
    return [
        noun
        for noun in capabilities()
        if (ROOT / "engine" / "tests" / noun / "faults" / "CMakeLists.txt").exists()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200, help="processes to kill, each (200)")
    parser.add_argument("nouns", nargs="*", metavar="NOUN", help="default: all that have faults")
    options = parser.parse_args()
    known = with_faults()
    if unknown := set(options.nouns) - set(known):
        parser.error(f"no faults for {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    env, cmake = build_environment(), tool("cmake")
    passed = failed = 0
    for noun in options.nouns or known:
        target = f"mainstay_{noun}_faults"
        build: Command = [cmake, "--build", "--preset", "release", "--target", target]
        build += ["--parallel", str(jobs())]
        with machine_lock(shared=True):
            unbuilt = run([cmake, "--preset", "release"], env=env) or run(build, env=env)
        programs = [path for path in (ROOT / "build" / "release").rglob(target) if path.is_file()]
        if unbuilt or not programs:
            print(f"{noun}: {target} was not built")
            failed += 1
            continue
        command = [str(programs[0]), "--kills", str(options.kills)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            said += line
        code = process.wait()
        counts = CLOSING_LINE.findall(said)
        good, bad = (int(counts[-1][0]), int(counts[-1][1])) if counts else (0, 1)
        passed, failed = passed + good, failed + (bad or int(code != 0))
    return close(passed, failed)


if __name__ == "__main__":
    raise SystemExit(main())
