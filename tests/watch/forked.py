"""Work in the child of a fork, which must end: a limit, a message, and no child that is left."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable

from .collector import LONG


def in_child(work: Callable[[], object]) -> None:
    """Calls `work()` in a forked child; fails unless it returns there in time."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    descriptor = os.pidfd_open(child)
    try:
        ended = select.select([descriptor], [], [], LONG)[0]
    finally:
        os.close(descriptor)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert ended, f"the child of a fork still ran after {LONG:.0f} seconds, and was killed"
    assert status == 0, f"the child of a fork ended with status {status}"
