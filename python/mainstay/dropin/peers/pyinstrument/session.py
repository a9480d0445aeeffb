"""pyinstrument.session: the names of mainstay.profile.session."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.session", (
    "Frame", "FrameRecordType", "PathOrStr", "Session",
))
