"""Run the Python tests on the other interpreters of this machine: `python tools/interpreters.py`.

    --oldest        the oldest besides the one that runs this, with fewer programs drawn at random
                    (what ./test does)
    --list          say which interpreters answer, run nothing
    X.Y...          these versions only

An interpreter counts when it answers: shims of version managers exist for versions that are not
there. Each gets an environment in .cache/interpreters/, mainstay built for it, and
requirements/test.txt. One without headers cannot build an extension module; it is named and left
out.

After the Python tests come the peers' own suites (conformance/), on each interpreter; not under
--oldest, where the suites of those names have run them on the Python of .venv, and not on
free-threaded builds, for which the peers promise nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from environments import environment, pytest_in
from suite_support import CACHE, CLOSING_LINE, FEW_EXAMPLES, ROOT, close

_PROBE = """
import json, os, sys, sysconfig
try:
    import ensurepip, venv
    complete = os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
except ImportError:
    complete = False
free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print(json.dumps([sys.implementation.name, sys.version_info[:3], os.path.realpath(sys.executable),
                  complete, free, sys.prefix != sys.base_prefix]))
"""
# What the installed package does, not how it is built or checked: the rest says the same on every
# interpreter.
_SKIPPED = ("benchmarks", "conformance", "examples", "packaging", "snippets", "tools", "typing")


@dataclass(frozen=True, order=True)
class Interpreter:
    """One CPython that answered, as it described itself."""

    version: tuple[int, ...]
    free_threaded: bool
    path: str
    complete: bool

    @property
    def name(self) -> str:
        return f"{self.version[0]}.{self.version[1]}{'t' if self.free_threaded else ''}"


def interpreters() -> list[Interpreter]:
    """Return one interpreter per version this machine has, oldest first; the first found of each
    wins."""
    found: dict[str, Interpreter] = {}
    for candidate in _candidates():
        interpreter = _probe(candidate)
        if interpreter and interpreter.version >= (3, 10):
            known = found.get(interpreter.name)
            if known is None or (interpreter.complete and not known.complete):
                found[interpreter.name] = interpreter
    return sorted(found.values())


def _candidates() -> Iterator[str]:
    names = ["python3", *(f"python3.{minor}{t}" for minor in range(10, 30) for t in ("", "t"))]
    managers = [Path.home() / ".pyenv", Path.home() / ".asdf", Path.home() / ".local/share/uv"]
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.basename(folder) == "shims":
            managers.append(Path(folder).parent)
        for name in names:
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path
    # Version managers keep whole installations side by side; their shims answer for the active one
    # only.
    for manager in managers:
        for layout in ("versions/*", "installs/python/*", "python/*"):
            for version in sorted(manager.glob(f"{layout}/bin/python3")):
                yield str(version)


def _probe(candidate: str) -> Interpreter | None:
    try:
        done = subprocess.run(
            [candidate, "-I", "-c", _PROBE],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
        )
        kind, version, path, complete, free, in_environment = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if kind != "cpython" or in_environment:
        return None
    return Interpreter(tuple(version), free, path, complete)


def _test(interpreter: Interpreter, with_peers: bool) -> tuple[int, int]:
    home = CACHE / "interpreters" / interpreter.name
    wanted = "free-threaded" if interpreter.free_threaded else "test"
    python = environment(interpreter.path, home, requirements=wanted)
    if python is None:
        print(f"Python {interpreter.name}: the environment could not be made")
        return 0, 1
    folders = [
        folder
        for folder in sorted((ROOT / "tests").iterdir())
        if folder.name not in _SKIPPED and any(folder.rglob("test_*.py"))
    ]
    env = dict(os.environ) if with_peers else {**os.environ, "MAINSTAY_EXAMPLES": str(FEW_EXAMPLES)}
    passed, failed = pytest_in(python, f"python-{interpreter.name}", folders, env)
    if with_peers and not interpreter.free_threaded:
        for recipe in sorted(ROOT.glob("conformance/peers/*/recipe.toml")):
            good, bad = _conform(python, recipe.parent.name)
            passed, failed = passed + good, failed + bad
    return passed, failed


def _conform(python: Path, peer: str) -> tuple[int, int]:
    """Run a peer's suite on the peer and on the mainstay of that environment."""
    command = [str(python), str(ROOT / "conformance" / "run.py"), peer]
    done = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    counts = CLOSING_LINE.findall(done.stdout)
    return (int(counts[-1][0]), int(counts[-1][1])) if counts else (0, 1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--oldest", action="store_true", help="the oldest other one")
    parser.add_argument("--list", action="store_true", help="say which there are, run nothing")
    parser.add_argument("versions", nargs="*", metavar="X.Y")
    options = parser.parse_args()
    found = interpreters()
    for interpreter in found:
        note = "" if interpreter.complete else "  (no headers or no venv: left out)"
        print(f"Python {interpreter.name}: {'.'.join(map(str, interpreter.version))}{note}")
    if options.list:
        return 0
    this = f"{sys.version_info[0]}.{sys.version_info[1]}"
    usable = [interpreter for interpreter in found if interpreter.complete]
    if options.versions:
        if missing := set(options.versions) - {interpreter.name for interpreter in usable}:
            parser.error(f"Python {', '.join(sorted(missing))} does not answer on this machine")
        usable = [interpreter for interpreter in usable if interpreter.name in options.versions]
    elif options.oldest:
        usable = [interpreter for interpreter in usable if interpreter.name != this][:1]
    if not usable:
        print(f"no interpreter besides Python {this}, which the other suites run on; nothing to do")
        return close(0, 0)
    passed = failed = 0
    ran: list[str] = []
    for interpreter in usable:
        good, bad = _test(interpreter, with_peers=not options.oldest)
        passed, failed = passed + good, failed + bad
        ran.append(f"{interpreter.name} ({good} passed, {bad} failed)")
    print(f"ran on Python {', '.join(ran)}")
    return close(passed, failed)


if __name__ == "__main__":
    raise SystemExit(main())
