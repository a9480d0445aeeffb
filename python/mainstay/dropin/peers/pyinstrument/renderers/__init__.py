"""pyinstrument.renderers: the names of mainstay.profile.renderers."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers", (
    "ConsoleRenderer", "FrameRenderer", "HTMLRenderer", "JSONRenderer", "PstatsRenderer",
    "Renderer", "SessionRenderer", "SpeedscopeRenderer",
))
