"""Environments besides .venv: mainstay on another interpreter, or built in another way.

An environment is made once and made again when something it was made from has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from digest import digest
from machine_lock import machine_lock
from pytest_suite import count
from suite_support import ROOT, Command, jobs, run

_SOURCES = (
    "pyproject.toml",
    "CMakeLists.txt",
    "engine/mainstay",
    "engine/cmake",
    "binding",
    "python",
)


def environment(
    interpreter: str | Path,
    home: Path,
    settings: Iterable[str] = (),
    requirements: str = "test",
) -> Path | None:
    """Return the Python of an environment in `home` with mainstay and requirements/<name>.txt.

    `settings` are config settings of the build, such as `cmake.build-type=Debug`. None when a step
    failed; its output has said why.
    """
    python, stamp = home / "bin" / "python", home / "mainstay-stamp"
    required, built = digest(ROOT, ["requirements"]), digest(ROOT, _SOURCES)
    wanted = [f"{interpreter} {required}", f"{list(settings)} {built}"]
    had = stamp.read_text().split("\n") if python.exists() and stamp.exists() else ["", ""]
    if had == wanted:
        return python
    stamp.unlink(missing_ok=True)
    pip: Command = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    options = [f"--config-settings={setting}" for setting in settings]
    install: Command = [
        *pip,
        "--no-build-isolation",
        "--no-deps",
        "--force-reinstall",
        *options,
        ROOT,
    ]
    steps: list[Command] = [install]
    if had[0] != wanted[0]:
        steps = [
            [interpreter, "-m", "venv", "--clear", home],
            # Python compiles what is used, of these many only some.
            [*pip, "--no-compile", "-r", ROOT / "requirements" / f"{requirements}.txt"],
            install,
        ]
    for step in steps:
        with machine_lock(shared=True):
            if run(step) != 0:
                return None
    stamp.write_text("\n".join(wanted))
    return python


def pytest_in(
    python: Path, name: str, targets: Iterable[str | Path], env: Mapping[str, str] | None = None
) -> tuple[int, int]:
    """Run pytest on `targets` in an environment; return how many tests passed and failed.

    `name` names the report; `env` is added to the environment of the process.
    """
    parallel = ("-n", str(jobs()), "--dist", "loadfile")
    return count(name, [*parallel, *(str(target) for target in targets)], python=python, env=env)
