"""The thread that looks for stalled bars: one per class of bars, asleep nearly always.

A bar that counts many items between two looks at the clock does not notice that items became slow.
Every `sleep_interval` seconds the monitor redraws the bars that were not drawn for their
`maxinterval`, and has them look at the clock at every item again.
"""

from __future__ import annotations

import atexit
from threading import Event, Thread, current_thread
from time import time
from warnings import warn

from ._errors import TqdmSynchronisationWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["TMonitor", "TqdmSynchronisationWarning"]


class TMonitor(Thread):
    """Watches the bars of `tqdm_cls`. A daemon thread; ends at exit without being waited for."""

    # What tests put in the place of the clock ("time") and of threading.Event ("Event").
    _test: dict[str, Any] = {}

    def __init__(self, tqdm_cls: Any, sleep_interval: float) -> None:
        super().__init__(name="tqdm_monitor", daemon=True)
        self.tqdm_cls, self.sleep_interval, self.woken = tqdm_cls, sleep_interval, 0.0
        make_event, self._time = self._test.get("Event", Event), self._test.get("time", time)
        self.was_killed = make_event()
        atexit.register(self._atexit_signal)
        self.start()

    def _atexit_signal(self) -> None:
        # Not joined: the thread may be waiting for a lock that a dead process holds.
        self.was_killed.set()

    def exit(self) -> bool:
        """End the thread and wait for it; returns whether it is still meant to run: False."""
        self.was_killed.set()
        if current_thread() is not self:
            self.join()
        return self.report()

    def get_instances(self) -> list[Any]:
        """The bars that are ready to be looked at."""
        return [bar for bar in self.tqdm_cls._instances.copy() if hasattr(bar, "start_t")]

    def run(self) -> None:
        """Sleep, look, and again; until told to end."""
        now = self._time()
        while self._sleep(now):
            with self.tqdm_cls.get_lock():
                now = self._time()
                if not self._look(now):
                    return

    def _sleep(self, since: float) -> bool:
        """Wait for the next look; False when told to end meanwhile."""
        self.woken = since
        self.was_killed.wait(self.sleep_interval)
        return not self.was_killed.is_set()

    def _look(self, now: float) -> bool:
        """Wake the stalled bars; False when told to end meanwhile. No bar is kept alive by it."""
        bars = self.get_instances()
        for bar in bars:
            if self.was_killed.is_set():
                return False
            if bar.miniters > 1 and now - bar.last_print_t >= bar.maxinterval:
                bar.miniters = 1
                bar.refresh(nolock=True)
        if bars != self.get_instances():
            warn(
                "Set changed size during iteration (see https://github.com/tqdm/tqdm/issues/481)",
                TqdmSynchronisationWarning,
                stacklevel=2,
            )
        return True

    def report(self) -> bool:
        """Whether it runs and is meant to; in the child of a fork it does not."""
        return self.is_alive() and not self.was_killed.is_set()
