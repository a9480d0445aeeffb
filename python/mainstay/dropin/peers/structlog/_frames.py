"""structlog._frames: the names of mainstay.log._frames."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._frames", (
    "_ASYNC_CALLING_STACK", "_find_first_app_frame_and_name", "_format_exception",
    "_format_stack", "sys", "traceback",
))
