"""pyinstrument.renderers.html: the names of mainstay.profile.renderers.html."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.html", (
    "FrameRenderer", "HTMLRenderer", "JSONForHTMLRenderer", "ProcessorList", "Renderer", "Session",
))
