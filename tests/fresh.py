"""For tests that start an interpreter of their own: what the one that runs them has on stays here.

Under `make test-on-plugins` pytest itself runs on a drop-in, which child processes inherit.
"""

from __future__ import annotations

import os
import subprocess
import sys


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
