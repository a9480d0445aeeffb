"""pyinstrument.renderers.jsonrenderer: the names of mainstay.profile.renderers.jsonrenderer."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.jsonrenderer", (
    "Frame", "FrameRenderer", "JSONRenderer", "ProcessorList", "Session",
))
