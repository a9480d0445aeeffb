"""The tests and the conformance of every capability on a free-threaded Python: `make test-ft`.

    --offline    use the interpreter that was built before (tools/build_python.py)

A capability whose native module declares that it runs without the interpreter's lock
(binding/support/native_module.hpp) is tested without it (PYTHON_GIL=0), peer's suite included, and
all of that counts. The others, `retry` and `plugins`, are tested with the lock taken (PYTHON_GIL=1,
which also spares the warning); their thread tests run once more without it, which is told and not
counted, for nothing is promised there.
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

# Importing a module that does not declare it makes the interpreter take its lock.
_ASKED = "import importlib, sys; importlib.import_module(sys.argv[1]); print(sys._is_gil_enabled())"


def main(arguments: list[str]) -> int:
    if run([sys.executable, ROOT / "tools" / "build_python.py", *arguments]) != 0:
        return close(0, 1)
    home = built()[-1]
    print(f"{home.relative_to(HOME)}: {(home / 'source.txt').read_text().strip()}")
    target = CACHE / "interpreters" / f"{home.name}t"
    python = environment(home / "bin" / "python3", target, requirements="free-threaded")
    if python is None:
        return close(0, 1)
    free = [noun for noun in capabilities() if _runs_without_the_lock(python, noun)]
    held = [noun for noun in capabilities() if noun not in free]
    print(f"without the lock: {', '.join(free) or '-'}; with it: {', '.join(held) or '-'}")
    passed = failed = 0
    for name, nouns, lock in ("free-threaded-unlocked", free, "0"), ("free-threaded", held, "1"):
        env = {**os.environ, "PYTHON_GIL": lock}
        folders = [folder for folder in test_folders() if Path(folder).name in nouns]
        counts = [pytest_in(python, name, folders, env)] if folders else []
        counts += [_conformance(python, peer, env) for noun in nouns for peer in peers_of(noun)]
        passed += sum(good for good, _ in counts)
        failed += sum(bad for _, bad in counts)
    threads = [ROOT / "tests" / noun / "test_threads.py" for noun in held]
    threads = [path for path in threads if path.exists()]
    if threads:
        refused = {**os.environ, "PYTHON_GIL": "0"}
        good, bad = pytest_in(python, "free-threaded-refused", threads, refused)
        print(f"{', '.join(held)} without the lock (not promised, not counted): ", end="")
        print(f"{good} passed, {bad} failed in the thread tests")
    return close(passed, failed)


def _runs_without_the_lock(python: Path, noun: str) -> bool:
    """Whether what `mainstay.<noun>` loads leaves the interpreter without its lock."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    command = [str(python), "-W", "ignore", "-c", _ASKED, f"mainstay.{noun}"]
    answer: bytes = subprocess.check_output(command, env=env)
    return answer.strip() == b"False"


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
