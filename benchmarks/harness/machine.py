"""Says on what a number was measured, without naming the machine or a folder of it."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path


def describe(peer: str) -> dict[str, str]:
    """Processor, cores, system, interpreter and the versions of both sides, as texts."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "peer": f"{peer} {metadata.version(peer)}",
        "mainstay": metadata.version("mainstay"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.processor() or "unknown"
