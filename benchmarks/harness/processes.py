"""Whole interpreters as operations: started, run to their end, timed by their processor time."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .case import Loop


def time_of_children() -> float:
    """Processor time of the processes that were started and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def interpreters(
    arguments: Sequence[str], folder: Path | None = None, *, quiet: bool = False
) -> Loop:
    """Runs this Python with the arguments, one process per operation.

    `folder` is put on PYTHONPATH; `quiet` drops what the process prints. Raises CalledProcessError
    when one fails.
    """
    environment = {
        name: text
        for name, text in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "MAINSTAY_DROPIN")
    }
    if folder:
        environment["PYTHONPATH"] = str(folder)
    output = subprocess.DEVNULL if quiet else None

    def loop(n: int) -> None:
        for _ in range(n):
            # Away from the checkout: nothing in it may be imported by accident.
            subprocess.run(
                [sys.executable, *arguments], env=environment, cwd="/", check=True, stdout=output
            )

    return loop
