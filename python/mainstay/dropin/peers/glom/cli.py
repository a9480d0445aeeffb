"""glom.cli: the names of mainstay.reach.cli."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.cli", (
    "GlomError", "Inspect", "Path", "console_main", "get_command", "main",
))
