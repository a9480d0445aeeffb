"""structlog._base: the names of mainstay.log._base."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._base", (
    "BoundLoggerBase", "get_context",
))
