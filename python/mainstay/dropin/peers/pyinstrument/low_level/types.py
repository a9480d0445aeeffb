"""pyinstrument.low_level.types: the names of mainstay.profile.low_level.types."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.low_level.types", (
    "TimerType",
))
