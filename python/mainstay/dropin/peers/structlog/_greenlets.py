"""structlog._greenlets: the names of mainstay.log._greenlets."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._greenlets", (
    "GreenThreadLocal",
))
