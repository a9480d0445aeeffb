"""pyinstrument.renderers.console: the names of mainstay.profile.renderers.console."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.console", (
    "ConsoleRenderer", "FlatTimeMode", "Frame", "FrameGroup", "FrameRenderer", "ProcessorList",
    "Renderer", "Session", "truncate",
))
