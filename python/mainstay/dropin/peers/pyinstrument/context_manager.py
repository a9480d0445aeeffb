"""pyinstrument.context_manager: the names of mainstay.profile.context_manager."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.context_manager", (
    "AsyncMode", "CallableVar", "ConsoleRenderer", "ProfileContext", "ProfileContextOptions",
    "Profiler", "Renderer", "_Profile", "file_supports_color", "file_supports_unicode", "profile",
))
