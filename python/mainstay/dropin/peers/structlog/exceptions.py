"""structlog.exceptions: the names of mainstay.log.exceptions."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.exceptions", (
    "DropEvent", "MultipleConsoleRenderersConfiguredError", "NoConsoleRendererConfiguredError",
))
