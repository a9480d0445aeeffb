"""Tests again and again, in processes of their own: `python tools/stress_suite.py [TARGET...]`.

Default: the thread tests of every capability. What threads do to each other shows in some runs and
not in others. ROUNDS=20 rounds by default, each a new process; a round that fails is one failure
and its output is shown.
"""

from __future__ import annotations

import os
import subprocess
import sys

from nouns import test_folders
from suite_support import CACHE, ROOT, close


def main(targets: list[str]) -> int:
    rounds = int(os.environ.get("ROUNDS") or 20)
    command = [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={CACHE / 'pytest'}"]
    failed = 0
    threads = [f"{folder}/test_threads.py" for folder in test_folders()]
    targets = targets or [path for path in threads if (ROOT / path).exists()]
    for number in range(1, rounds + 1):
        done = subprocess.run(
            [*command, *targets],
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        print(f"round {number} of {rounds}: {last}", flush=True)
        if done.returncode != 0:
            failed += 1
            print(done.stdout, flush=True)
    return close(rounds - failed, failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
