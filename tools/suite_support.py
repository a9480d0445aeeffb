"""What the suite scripts in this folder share: the checkout, running a tool, the closing line.

Every suite ends with the line `N passed, N failed`; `./test` reads exactly that (`CLOSING_LINE`).
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
# What all worktrees of this machine share, beside the compiler cache: downloads, interpreters.
SHARED_CACHE = Path(
    os.environ.get("MAINSTAY_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "mainstay")
)
Command = list[str | Path]
# Programs a differential test draws where another suite of ./test has drawn the usual 500.
FEW_EXAMPLES = 50
CLOSING_LINE = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


def heed_interrupts() -> None:
    """Undo that shells have background jobs ignore SIGINT: tests of interrupts would inherit it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def close(passed: int, failed: int) -> int:
    """Print the closing line and return the exit code that belongs to it."""
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def run(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> int:
    """Show and run `command` in `cwd` with `env` added to the environment; return its exit code."""
    words = [str(word) for word in command]
    print(f"$ {shlex.join(words)}", flush=True)
    try:
        return subprocess.run(
            words, check=False, cwd=cwd, env={**os.environ, **(env or {})}
        ).returncode
    except FileNotFoundError:
        print(f"{words[0]} was not found; ./test installs what is missing", flush=True)
        return 127


def jobs() -> int:
    """Return how many things may run at once: CMAKE_BUILD_PARALLEL_LEVEL, or the processors we may
    use."""
    text = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", "")
    return int(text) if text.isdigit() and int(text) else len(os.sched_getaffinity(0))


def tool(name: str) -> str:
    """Return the path of `name` in the environment of this interpreter, or the bare name for
    PATH."""
    beside = Path(sys.prefix, "bin", name)
    return str(beside) if beside.exists() else name
