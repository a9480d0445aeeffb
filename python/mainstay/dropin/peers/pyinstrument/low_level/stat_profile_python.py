"""The names of mainstay.profile.low_level.stat_profile_python."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.low_level.stat_profile_python", (
    "PythonStatProfiler", "TimerType", "get_frame_info", "pyi_timing_thread_get_time",
    "pyi_timing_thread_subscribe", "pyi_timing_thread_unsubscribe", "setstatprofile",
))
