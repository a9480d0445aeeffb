"""Check the types: `python tools/typing_suite.py`. Each checker on each part is one test.

- mypy, strict: the face, each peer's package under its own name, tests/typing as a user's program;
- basedpyright: the face by its standard rules (mypy is the strict one), tests/typing by its strict
  ones;
- stubtest: what the hand-written stubs of the native modules promise is what the build has.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nouns import native_modules
from suite_support import CACHE, ROOT, Command, close, run, tool

FACE = ROOT / "python" / "mainstay"
PEERS = FACE / "dropin" / "peers"
PROGRAMS = ROOT / "tests" / "typing"
STUBTEST = ROOT / "tools" / "stubtest"


def main() -> int:
    passed = failed = 0
    for name, succeeded in _checks():
        print(f"{'ok' if succeeded else 'FAILED'}: {name}", flush=True)
        passed, failed = passed + succeeded, failed + (not succeeded)
    return close(passed, failed)


def _checks() -> Iterator[tuple[str, bool]]:
    mypy: Command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        ROOT / "pyproject.toml",
    ]
    mypy += ["--cache-dir", CACHE / "mypy", "--no-error-summary"]
    face = run([*mypy, "--exclude", "/dropin/peers/", FACE], env={"MYPYPATH": str(FACE.parent)})
    yield "mypy: the face", face == 0
    for package in sorted(path.parent for path in PEERS.glob("*/__init__.py")):
        # Under the peer's own name, as a program sees it: the folder stands in for site-packages.
        search = f"{PEERS}:{FACE.parent}"
        code = run([*mypy, "--package", package.name], env={"MYPYPATH": search})
        yield f"mypy: the peer {package.name}", code == 0
    programs = sorted(PROGRAMS.rglob("*.py"))
    for program in programs:
        # One by one: each is a program of its own, and two may have the same name as a module.
        yield f"mypy: {program.relative_to(ROOT)}", run([*mypy, program]) == 0
    yield "basedpyright: the face", _basedpyright("standard", [FACE])
    if programs:
        yield "basedpyright: tests/typing", _basedpyright("strict", [PROGRAMS])
    stubtest: Command = [sys.executable, "-m", "mypy.stubtest", "--concise", *native_modules()]
    stubtest += ["--mypy-config-file", STUBTEST / "mypy.ini"]
    stubtest += ["--allowlist", STUBTEST / "allowed.txt"]
    # Away from the checkout: it must see the package that is installed, not the sources.
    with tempfile.TemporaryDirectory() as elsewhere:
        yield "stubtest: the native modules", run(stubtest, cwd=Path(elsewhere)) == 0


def _basedpyright(rules: str, targets: list[Path]) -> bool:
    """Run basedpyright on `targets` by one of its named sets of rules."""
    settings = {
        "typeCheckingMode": rules,
        "pythonVersion": "3.10",
        "include": [str(target) for target in targets],
        "exclude": [str(PEERS)],
        "extraPaths": [str(FACE.parent)],
        "reportMissingModuleSource": "none",
    }
    project = CACHE / "basedpyright.json"
    project.write_text(json.dumps(settings))
    command: Command = [tool("basedpyright"), "--project", project, "--pythonpath", sys.executable]
    return run([*command, "--warnings"]) == 0


if __name__ == "__main__":
    raise SystemExit(main())
