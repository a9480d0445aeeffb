"""One lock for the whole machine: what measures time runs while nothing else of ours compiles.

    python tools/machine_lock.py [--shared] COMMAND...     run COMMAND with the lock

Benchmarks and suites that time take it alone; compilations take it together. It lies beside the
compiler cache, so that all worktrees see the same one. A process whose parent holds the lock does
not ask again (MAINSTAY_MACHINE_LOCK is set in its environment).
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from suite_support import SHARED_CACHE

HELD = "MAINSTAY_MACHINE_LOCK"


@contextmanager
def machine_lock(*, shared: bool = False) -> Iterator[None]:
    """Hold the lock; says so when it has to wait. `shared`: together with others who share it."""
    if os.environ.get(HELD):
        yield
        return
    SHARED_CACHE.mkdir(parents=True, exist_ok=True)
    with (SHARED_CACHE / "machine.lock").open("a") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "a benchmark" if shared else "compilations or another benchmark"
            print(f"waiting for {what} on this machine to end ...", flush=True)
            fcntl.flock(file, kind)
        os.environ[HELD] = "shared" if shared else "alone"
        try:
            yield
        finally:
            del os.environ[HELD]


def main(arguments: list[str]) -> int:
    shared = arguments[:1] == ["--shared"]
    command = arguments[shared:]
    if not command:
        print(__doc__)
        return 2
    with machine_lock(shared=shared):
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
