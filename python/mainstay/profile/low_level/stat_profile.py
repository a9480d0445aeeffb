"""The native profile function. See `stat_profile_python` for what it does, in Python."""

from __future__ import annotations

from mainstay.profile._native import (
    get_frame_info,
    measure_timing_overhead,
    setstatprofile,
    walltime_coarse_resolution,
)

__all__ = [
    "get_frame_info",
    "measure_timing_overhead",
    "setstatprofile",
    "walltime_coarse_resolution",
]
