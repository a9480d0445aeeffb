"""boltons.statsutils: the names of mainstay.bolts.statsutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.statsutils", (
    "Stats", "describe", "format_histogram_counts",
))
