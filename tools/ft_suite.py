"""The tests and the conformance of every capability on a free-threaded Python: `make test-ft`.

    --offline    use the interpreter that was built before (tools/build_python.py)

The native modules do not declare that they run without the interpreter's lock, so the interpreter
takes it when they are imported; the tests run so (PYTHON_GIL=1, which also spares the warning).
Then the thread tests are run with the lock refused (PYTHON_GIL=0): nothing is promised there, and
what comes of it is told and not counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from build_python import HOME, built
from environments import environment, pytest_in
from nouns import capabilities, peers_of, test_folders
from suite_support import CACHE, CLOSING_LINE, ROOT, close, run


def main(arguments: list[str]) -> int:
    if run([sys.executable, ROOT / "tools" / "build_python.py", *arguments]) != 0:
        return close(0, 1)
    home = built()[-1]
    print(f"{home.relative_to(HOME)}: {(home / 'source.txt').read_text().strip()}")
    target = CACHE / "interpreters" / f"{home.name}t"
    python = environment(home / "bin" / "python3", target, requirements="free-threaded")
    if python is None:
        return close(0, 1)
    locked = {**os.environ, "PYTHON_GIL": "1"}
    passed, failed = pytest_in(python, "free-threaded", test_folders(), locked)
    for peer in (peer for noun in capabilities() for peer in peers_of(noun)):
        good, bad = _conformance(python, peer, locked)
        passed, failed = passed + good, failed + bad
    threads = [ROOT / folder / "test_threads.py" for folder in test_folders()]
    threads = [path for path in threads if path.exists()]
    refused = {**os.environ, "PYTHON_GIL": "0"}
    unpromised = pytest_in(python, "free-threaded-unlocked", threads, refused)
    print(f"without the lock (not promised, not counted): {unpromised[0]} passed, ", end="")
    print(f"{unpromised[1]} failed in the thread tests")
    return close(passed, failed)


def _conformance(python: Path, peer: str, env: dict[str, str]) -> tuple[int, int]:
    """Run one peer's suite on a Python; return how many tests passed and failed."""
    command = [python, ROOT / "conformance" / "run.py", peer]
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=False, stdout=subprocess.PIPE, text=True
    )
    print(done.stdout, flush=True)
    counts = CLOSING_LINE.findall(done.stdout)
    return (int(counts[-1][0]), int(counts[-1][1])) if counts else (0, 1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
