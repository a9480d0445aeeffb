"""pyinstrument.renderers.speedscope: the names of mainstay.profile.renderers.speedscope."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.speedscope", (
    "Frame", "FrameRenderer", "ProcessorList", "Session", "SpeedscopeRenderer",
), live=(
    "SpeedscopeEncoder", "SpeedscopeEvent", "SpeedscopeEventType", "SpeedscopeFile",
    "SpeedscopeFrame", "SpeedscopeProfile",
))
