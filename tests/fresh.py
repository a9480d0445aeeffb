"""For tests that start an interpreter of their own: what the one that runs them has on stays here.

Under `make test-on-plugins` pytest itself runs on a drop-in, which child processes inherit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

needs_malloc_after_fork = pytest.mark.skipif(
    "libasan" in Path("/proc/self/maps").read_text(),
    reason="the allocator of this address sanitizer is not fork-safe: the native thread may hold "
    "its lock at the time of the fork, and then the child waits for it for ever",
)


def variables(**more: str) -> dict[str, str]:
    """The environment of this process without a drop-in, and `more`."""
    return {name: text for name, text in os.environ.items() if name != "MAINSTAY_DROPIN"} | more


def printed(program: str) -> list[str]:
    """The lines a fresh interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=True, env=variables()
    )
    return done.stdout.splitlines()


def exits_under_daemon_threads(setup: str) -> None:
    """A fresh interpreter exits as it should while daemon threads are in `work()`, again and again.

    `setup` defines it. Most threads are ended somewhere in the middle.
    """
    program = f"""
import sys
import threading

{setup}

calls = [0] * 8

under_way = threading.Event()

def go(number):
    while True:
        work()
        calls[number] += 1
        if calls[number] == 50 and min(calls) >= 50:
            under_way.set()

sys.setswitchinterval(1e-5)
for number in range(len(calls)):
    threading.Thread(target=go, args=[number], daemon=True).start()
under_way.wait()
print("at the end")
"""
    for _ in range(3):
        assert printed(program) == ["at the end"]
