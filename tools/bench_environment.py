"""Makes the environment that `make bench` measures in: .cache/bench, apart from everybody's .venv.

The interpreter is that of .venv; mainstay is a wheel as `pip install .` builds it (not editable, in
a build tree of its own), the peers are the pinned ones, and nothing else is installed. Steps whose
inputs have not changed are skipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suite_support import CACHE, ROOT, Command, run

HOME = CACHE / "bench"
BUILD = HOME / "build"
_SOURCES = (
    *("pyproject.toml", "CMakeLists.txt", "README.md", "LICENSE"),
    *("engine/CMakeLists.txt", "engine/cmake", "engine/mainstay", "binding", "python"),
)


class CannotPrepare(Exception):
    """A step failed; the text says which and what to do."""


@dataclass(frozen=True)
class Environment:
    """`python`: its interpreter; `extras`: a folder per distribution some rows want installed."""

    python: Path
    extras: Path


def prepare(extras: Sequence[str]) -> Environment:
    """Bring the environment up to date; raises CannotPrepare."""
    HOME.mkdir(parents=True, exist_ok=True)
    environment = Environment(HOME / "venv" / "bin" / "python", HOME / "extras")
    requirements = ["requirements"]
    if _changed("venv", sys.version, requirements):
        shutil.rmtree(HOME / "venv", ignore_errors=True)
        (HOME / "stamp-mainstay").unlink(missing_ok=True)
        print("making an environment for the benchmarks, with the pinned peers ...", flush=True)
        _step([sys.executable, "-m", "venv", HOME / "venv"], "the environment could not be made")
        wanted: Command = ["-r", ROOT / "requirements" / "peers.txt"]
        if sys.version_info < (3, 11):
            wanted.append("tomli")  # tomllib came with 3.11
        _pip(environment.python, ["install", *wanted], "the peers could not be installed")
        _done("venv", sys.version, requirements)
    for name in extras:
        if _changed(f"extra-{name}", sys.version, requirements):
            target = environment.extras / name
            shutil.rmtree(target, ignore_errors=True)
            _pip(
                environment.python,
                ["install", "--target", target, _pinned(name)],
                f"{name} could not be installed",
            )
            _done(f"extra-{name}", sys.version, requirements)
    if _changed("mainstay", sys.version, _SOURCES):
        print("building mainstay as `pip install .` does ...", flush=True)
        _install_mainstay(environment.python)
        _done("mainstay", sys.version, _SOURCES)
    return environment


def facts() -> dict[str, str]:
    """Commit and compiler of what is installed, for the results."""
    return {"commit": _commit(), "compiler": _compiler()}


def _install_mainstay(python: Path) -> None:
    wheels = HOME / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    # Built by .venv, which has the build's requirements; the benchmarks' environment stays bare.
    command: Command = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels]
    failed = "mainstay could not be built; `make build` shows why"
    _pip(Path(sys.executable), [*command, "-C", f"build-dir={BUILD}", ROOT], failed)
    install: Command = ["install", "--no-deps", "--no-index", "--force-reinstall"]
    _pip(python, [*install, *wheels.glob("mainstay-*.whl")], "the wheel could not be installed")


def _pip(python: Path, arguments: Sequence[str | Path], failed: str) -> None:
    pip: Command = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _step([*pip, *arguments[:1], "--quiet", *arguments[1:]], failed)


def _step(command: Command, failed: str) -> None:
    if run(command) != 0:
        raise CannotPrepare(f"{failed}; what it said stands above")


def _pinned(name: str) -> str:
    """`name` with the version the test requirements pin."""
    for line in (ROOT / "requirements" / "test.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}=="):
            return line.strip()
    raise CannotPrepare(f"requirements/test.txt pins no {name}; add the line {name}==VERSION")


def _stamp(interpreter: str, inputs: Sequence[str]) -> str:
    command: Command = [sys.executable, ROOT / "tools" / "digest.py", *inputs]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return f"{interpreter}\n{done.stdout}"


def _changed(name: str, interpreter: str, inputs: Sequence[str]) -> bool:
    try:
        return (HOME / f"stamp-{name}").read_text() != _stamp(interpreter, inputs)
    except FileNotFoundError:
        return True


def _done(name: str, interpreter: str, inputs: Sequence[str]) -> None:
    (HOME / f"stamp-{name}").write_text(_stamp(interpreter, inputs))


def _commit() -> str:
    git = ["git", "-c", "safe.directory=*"]
    head = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    changes = subprocess.run(
        [*git, "status", "--porcelain", "--", *_SOURCES],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if head.returncode != 0:
        return "unknown"
    return head.stdout.strip() + (" with changes" if changes.stdout.strip() else "")


def _compiler() -> str:
    """The compiler CMake found, by its own record of it."""
    for record in BUILD.glob("CMakeFiles/*/CMakeCXXCompiler.cmake"):
        text = record.read_text(encoding="utf-8")
        found = dict(re.findall(r'set\(CMAKE_CXX_COMPILER_(ID|VERSION) "([^"]+)"\)', text))
        if len(found) == 2:
            return f"{found['ID']} {found['VERSION']}"
    return "unknown"
