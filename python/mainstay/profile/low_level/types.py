"""The clocks a profile function can go by."""

from __future__ import annotations

from typing import Literal

TimerType = Literal["walltime", "walltime_thread", "timer_func", "walltime_coarse"]
