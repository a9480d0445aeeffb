"""`mainstay watch --run` restarts a program when something changes, and ends with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


def test_a_program_is_restarted_on_a_change_and_ended_at_the_end(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import time\nprint('up', flush=True)\ntime.sleep(1000)\n")
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
