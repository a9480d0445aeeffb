"""pyinstrument.renderers.session: the names of mainstay.profile.renderers.session."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.renderers.session", (
    "Renderer", "Session", "SessionRenderer",
))
