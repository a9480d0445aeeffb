"""The names of mainstay.profile.low_level.pyi_timing_thread_python."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.low_level.pyi_timing_thread_python", (
    "pyi_timing_thread_get_interval", "pyi_timing_thread_get_time", "pyi_timing_thread_subscribe",
    "pyi_timing_thread_unsubscribe",
))
