"""`mainstay watch --run` restarts a program when something changes, and ends with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mainstay.watch._commands.watch import main


def test_a_program_is_restarted_on_a_change_and_ended_at_the_end(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    # It ends by itself in the end, so that no test waits for ever for what it prints.
    program.write_text(
        "import signal, time\nsignal.alarm(60)\nprint('up', flush=True)\ntime.sleep(1000)\n"
    )
    watched = tmp_path / "src"
    watched.mkdir()
    command = f"{sys.executable} {program}"
    process = subprocess.Popen(
        [sys.executable, "-m", "mainstay", "watch", "--run", command, str(watched)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "up\n"
        (watched / "a").write_text("x")
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stdout.read() == ""
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--run", "no-such-program"], "No such file or directory"),
        (["--run", ""], "--run must name a program, got ''"),
        (["--run", "'"], "No closing quotation"),
        (["--run", "true", "absent"], "No such file or directory: absent"),
        (["--run", "true", "--exclude", ""], "a rule must name something"),
    ],
)
def test_what_cannot_be_done_is_said(
    capsys: pytest.CaptureFixture[str], options: list[str], reason: str
) -> None:
    assert main(options) == 1
    assert reason in capsys.readouterr().err
