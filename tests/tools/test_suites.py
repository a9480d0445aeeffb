"""tools/suites.py adds up what suites say, and does not believe one that says nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"

# What the suite of each peer of the little tree does.
BEHAVIOUR = {
    "calm": "print('3 passed, 0 failed')",
    "failing": "print('the reason'); print('2 passed, 1 failed'); sys.exit(1)",
    "mute": "print('about to crash'); sys.exit(7)",
    "lying": "print('5 passed, 0 failed'); sys.exit(1)",
    "endless": "print(os.getpid(), file=open('started', 'w'), flush=True); time.sleep(600)",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with the runner and one conformance suite per behaviour."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tests").mkdir()
    for name in ("suites.py", "suite_support.py", "nouns.py"):
        shutil.copy(TOOLS / name, tmp_path / "tools" / name)
    for name in BEHAVIOUR:
        (tmp_path / "conformance" / "peers" / name).mkdir(parents=True)
        (tmp_path / "conformance" / "peers" / name / "recipe.toml").touch()
    driver = f"import os, sys, time\nexec({BEHAVIOUR!r}[sys.argv[1]])\n"
    (tmp_path / "conformance" / "run.py").write_text(driver)
    return tmp_path


def command(tree: Path, *names: str) -> list[str]:
    return [sys.executable, str(tree / "tools" / "suites.py"), *(f"conformance-{n}" for n in names)]


def run(tree: Path, *names: str) -> tuple[int, list[str]]:
    done = subprocess.run(command(tree, *names), check=False, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_the_last_line_is_the_sum_over_all_suites(tree: Path) -> None:
    code, output = run(tree, "calm", "failing")
    assert (code, output[-1]) == (1, "5 passed, 1 failed")
    assert "    | the reason" in output


def test_a_success_shows_no_log(tree: Path) -> None:
    code, output = run(tree, "calm")
    assert (code, output[-1]) == (0, "3 passed, 0 failed")
    assert not any(line.startswith("    |") for line in output)


@pytest.mark.parametrize(
    ("name", "last", "note"),
    [
        ("mute", "0 passed, 1 failed", "no closing line; exit code 7"),
        ("lying", "5 passed, 1 failed", "exit code 1 though nothing was counted as failed"),
    ],
)
def test_a_suite_that_is_not_to_be_believed_counts_as_failed(
    tree: Path, name: str, last: str, note: str
) -> None:
    code, output = run(tree, name)
    assert (code, output[-1]) == (1, last)
    assert any(note in line for line in output)


def test_the_seconds_of_a_capability_are_those_of_this_run(tree: Path) -> None:
    for peer in set(BEHAVIOUR) - {"calm"}:
        shutil.rmtree(tree / "conformance" / "peers" / peer)
    (tree / "engine" / "mainstay" / "toy").mkdir(parents=True)
    (tree / "engine" / "mainstay" / "toy" / "CMakeLists.txt").touch()
    (tree / ".cache" / "reports").mkdir(parents=True)
    case = '<testsuite><testcase classname="tests.toy.test_it" name="test" time="{}"/></testsuite>'
    for name, spent, age in ("then", 70, 3600), ("now", 2, -3600):
        report = tree / ".cache" / "reports" / f"{name}.xml"
        report.write_text(case.format(spent))
        os.utime(report, (time.time() - age,) * 2)
    done = subprocess.run(command(tree)[:2], check=False, capture_output=True, text=True)
    assert "toy: 2 s of tests (now 2)" in done.stdout.splitlines()


def test_an_unknown_name_is_refused_with_the_known_ones(tree: Path) -> None:
    done = subprocess.run(command(tree, "nothing"), check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "conformance-calm" in done.stderr


def test_a_suite_that_is_not_there_is_not_listed() -> None:
    listed = subprocess.run(
        [sys.executable, TOOLS / "suites.py", "--list"], check=True, capture_output=True, text=True
    ).stdout.split()
    assert {"python", "layers", "typing"} <= set(listed)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in listed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_suite_running(tree: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        command(tree, "endless"),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background of a script ignores interrupts, and its children inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as runner:
        pid = int(wait_for_text(tree / "started"))
        runner.send_signal(number)
        runner.communicate(timeout=120)
    assert runner.returncode == 128 + number
    wait_until_gone(pid)


def wait_for_text(path: Path) -> str:
    deadline = time.monotonic() + 60
    while not path.exists() or not path.read_text().endswith("\n"):
        assert time.monotonic() < deadline, f"{path} was not written"
        os.sched_yield()
    return path.read_text()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while Path("/proc", str(pid)).exists():
        assert time.monotonic() < deadline, f"process {pid} is still there"
        os.sched_yield()
