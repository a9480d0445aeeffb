"""structlog._utils: the names of mainstay.log._utils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._utils", (
    "get_processname", "sys",
))
