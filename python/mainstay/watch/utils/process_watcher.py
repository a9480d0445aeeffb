"""A thread that waits for a process to end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from . import BaseThread

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

logger = logging.getLogger("watchdog.utils.process_watcher")


class ProcessWatcher(BaseThread):
    """Calls `process_termination_callback` when the process has ended, unless it was stopped.

    Looks ten times a second: a process may be waited for in one place only, and that is the
    caller's.
    """

    def __init__(
        self,
        popen_obj: subprocess.Popen[Any],
        process_termination_callback: Callable[[], object] | None,
    ) -> None:
        super().__init__()
        self.popen_obj = popen_obj
        self.process_termination_callback = process_termination_callback

    def run(self) -> None:
        """Waits, and calls back; what the callback raises is logged."""
        while self.popen_obj.poll() is None:
            if self.stopped_event.wait(timeout=0.1):
                return
        try:
            if not self.stopped_event.is_set() and self.process_termination_callback:
                self.process_termination_callback()
        except Exception:
            logger.exception("Error calling process termination callback")
