"""pyinstrument.low_level.stat_profile: the names of mainstay.profile.low_level.stat_profile."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.low_level.stat_profile", (
    "get_frame_info", "measure_timing_overhead", "setstatprofile", "walltime_coarse_resolution",
))
