"""structlog._generic: the names of mainstay.log._generic."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._generic", (
    "BoundLogger", "BoundLoggerBase",
))
