"""tools/setup.sh, the set-up of ./demo and ./test, step by step under a plain POSIX sh."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "a checkout"
    shutil.copytree(TOOLS, root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def sh(
    checkout: Path, script: str, fakes: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run `script` after sourcing setup.sh; `fakes` are programs that win over the system's."""
    programs = checkout.parent / "programs"
    programs.mkdir(exist_ok=True)
    for name, text in fakes.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    root = shlex.quote(str(checkout))
    return subprocess.run(
        ["sh", "-uc", f"root={root}; . {root}/tools/setup.sh; setup_begin; {script}"],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(checkout.parent)},
        cwd="/",
        timeout=300,
    )


def test_a_step_that_fails_shows_the_end_of_its_log_and_its_exit_code(checkout: Path) -> None:
    done = sh(
        checkout, "run_step work 'doing the work' sh -c 'echo the reason >&2; exit 3'; echo $?"
    )
    assert done.stdout.splitlines() == [
        "  doing the work ...",
        "    failed with exit code 3; the end of .cache/logs/work.log:",
        "    | the reason",
        "3",
    ]


def test_a_step_that_succeeds_keeps_its_output_in_the_log(checkout: Path) -> None:
    done = sh(checkout, "run_step work 'doing the work' echo plenty")
    assert (done.returncode, done.stdout) == (0, "  doing the work ...\n")
    assert (checkout / ".cache/logs/work.log").read_text() == "plenty\n"


def test_a_python_is_judged_by_running_it(checkout: Path) -> None:
    broken = {"python3": "echo 'no such version' >&2; exit 127"}
    done = sh(checkout, 'missing=; find_python; echo "$python"', broken)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] not in ("", "python3")


def test_the_caller_may_name_the_python(checkout: Path) -> None:
    script = f'missing=; PYTHON={shlex.quote(sys.executable)}; find_python; echo "$python"'
    assert sh(checkout, script).stdout.splitlines()[-1] == sys.executable


def test_without_root_it_says_exactly_what_to_install(checkout: Path) -> None:
    poor = {"id": "echo 1000", "sudo": "exit 1", "g++": "exit 1", "apt-get": "echo never; exit 1"}
    done = sh(checkout, "setup_system demo", poor)
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends" in done.stderr
    assert " g++" in done.stderr
    assert "never" not in done.stdout


def test_with_sudo_it_installs_what_is_missing_and_only_that(checkout: Path) -> None:
    asked = checkout.parent / "asked"
    able = {
        "id": "echo 1000",
        "sudo": '[ "$*" != "-n true" ] || exit 0; shift; exec "$@"',
        "g++": f"[ -e {shlex.quote(str(asked))} ]",
        "apt-get": f'echo "$@" >> {shlex.quote(str(asked))}',
        "dpkg": "exit 0",
    }
    done = sh(checkout, "setup_system demo; echo ready", able)
    assert done.stdout.splitlines()[-1] == "ready", done.stdout + done.stderr
    installed = [line for line in asked.read_text().splitlines() if " install " in line]
    assert installed[-1].endswith(" g++")


@pytest.mark.parametrize(("user", "asked"), [("0", True), ("1000", False)])
def test_only_root_is_given_what_is_a_convenience(checkout: Path, user: str, asked: bool) -> None:
    fakes = {"id": f"echo {user}", "apt-get": "exit 0"}
    absent = 'has() { [ "$1" != ccache ] && command -v "$1" >/dev/null; }'
    done = sh(checkout, f'{absent}; missing=; find_missing_packages test; echo "$missing"', fakes)
    assert (" ccache" in done.stdout) == asked, done.stdout + done.stderr


def test_the_digest_changes_with_a_file_and_not_with_a_cache(checkout: Path) -> None:
    def digest() -> str:
        command = [sys.executable, str(checkout / "tools" / "digest.py"), "tools", "absent"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    before = digest()
    (checkout / "tools" / "__pycache__").mkdir(exist_ok=True)
    (checkout / "tools" / "__pycache__" / "x.pyc").write_bytes(b"compiled")
    assert digest() == before
    (checkout / "tools" / "setup.sh").write_text("changed\n")
    assert digest() != before
