"""pyinstrument.renderers.base: the names of mainstay.profile.renderers.base."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.base", (
    "Frame", "FrameRenderer", "ProcessorList", "Renderer", "Session", "processors",
))
