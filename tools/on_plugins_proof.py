"""A pytest plugin that writes down whose pluggy the process runs on, at its start and at its end.

One file each in the folder $MAINSTAY_PROOFS: `<process> at the <start|end>: ours, ...` or what else
it found. Loaded by `-p on_plugins_proof`, by the workers of a distributed run too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    _write(config, "start")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    _write(config, "end")


def _write(config: pytest.Config, when: str) -> None:
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    process = worker.get("workerid", "main")
    text = f"{process} at the {when}: {_whose(config)}\n"
    Path(os.environ["MAINSTAY_PROOFS"], f"{process}-{when}").write_text(text)


def _whose(config: pytest.Config) -> str:
    """Ours when module, manager, callers and the calls themselves are; else what is not."""
    file = str(sys.modules["pluggy"].__file__)
    if "/mainstay/dropin/peers/" not in Path(file).as_posix():
        return f"pluggy is {file}"
    native: Any = sys.modules.get("mainstay.plugins._native")
    if native is None:
        return "mainstay.plugins._native is not loaded"
    strangers = [
        name
        for name, caller in vars(config.pluginmanager.hook).items()
        if not isinstance(caller, native.HookCaller)
    ]
    if strangers:
        return f"hook callers of another make: {', '.join(strangers[:5])}"
    calls = native.paths().get("native", 0)
    return f"ours, {calls} native calls" if calls else "no call went the native way"
