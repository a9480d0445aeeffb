"""pyinstrument.middleware: the names of mainstay.profile.middleware."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.middleware", (
    "HTMLRenderer", "HttpResponse", "Profiler", "ProfilerMiddleware", "Renderer", "get_renderer",
    "import_string", "settings",
))
