"""structlog.tracebacks: the names of mainstay.log.tracebacks."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.tracebacks", (
    "ExceptionDictTransformer", "Frame", "LOCALS_MAX_LENGTH", "LOCALS_MAX_STRING", "MAX_FRAMES",
    "SHOW_LOCALS", "Stack", "SyntaxError_", "Trace", "__all__", "extract", "os", "rich",
    "safe_str", "sys", "to_repr",
))
