"""Leaks of 100,000 calls: `python tools/leak_suite.py MODULE`, on this and on a debug Python.

A debug interpreter counts all references of the process; Debian has one as `python3-dbg`. Where
none answers, this is said and the ordinary interpreter's blocks and objects have to do. MODULE is
the program that calls and counts, such as tests.retry.leaks.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from environments import environment
from suite_support import CACHE, CLOSING_LINE, ROOT, close

_SETTINGS = (
    "cmake.build-type=Debug",
    # As a system folder the debug headers are followed through their symbolic links to the ordinary
    # ones by GCC, and nothing would be counted on our side.
    "cmake.define.CMAKE_NO_SYSTEM_FROM_IMPORTED=ON",
    "build-dir=build/debug/{wheel_tag}",
)


def _debug_interpreter() -> str | None:
    """Return a debug build of CPython that has its headers, the newest one found."""
    probe = "import sys, sysconfig, os; sys.gettotalrefcount()\n"
    probe += "assert sys.version_info >= (3, 10)\n"
    probe += "assert os.path.exists(sysconfig.get_path('include') + '/Python.h')"
    names = [f"python3.{minor}{ending}" for minor in range(30, 9, -1) for ending in ("-dbg", "d")]
    for name in (*names, "python3-dbg"):
        path = shutil.which(name)
        if path is None:
            continue
        if subprocess.run([path, "-c", probe], check=False, capture_output=True).returncode == 0:
            return path
    return None


def _leaks(python: str | Path, module: str) -> tuple[int, int]:
    """Run the program on `python`; return how many doors are clean and how many are not."""
    command = [python, "-m", module]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    counts = CLOSING_LINE.findall(done.stdout)
    return (int(counts[-1][0]), int(counts[-1][1])) if counts else (0, 1)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("name one program that calls and counts, such as tests.retry.leaks")
        return 2
    module = arguments[0]
    passed, failed = _leaks(sys.executable, module)
    debug = _debug_interpreter()
    if debug is None:
        print("no debug interpreter answers (Debian: apt-get install python3-dbg)")
        return close(passed, failed)
    python = environment(debug, CACHE / "debug", _SETTINGS)
    good, bad = (0, 1) if python is None else _leaks(python, module)
    return close(passed + good, failed + bad)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
