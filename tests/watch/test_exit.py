"""What threads let go of while the interpreter exits is still told of the exit, or gone: not both."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys, threading
from mainstay.watch import _native

sources = [_native.Source() for _ in range(50)]
begin = threading.Event()

def let_go():
    begin.wait()
    try:
        while True:
            sources.pop()
    except IndexError:
        pass

for _ in range(3):
    threading.Thread(target=let_go, daemon=True).start()
sys.setswitchinterval(1e-6)
begin.set()
"""


def test_sources_may_be_let_go_by_daemon_threads_while_the_interpreter_exits() -> None:
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
