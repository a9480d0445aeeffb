"""pyinstrument.renderers.pstatsrenderer: the names of mainstay.profile.renderers.pstatsrenderer."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.pstatsrenderer", (
    "CallerValue", "Frame", "FrameKey", "FrameRenderer", "FrameValue", "ProcessorList",
    "PstatsRenderer", "Session", "StatsDict",
))
