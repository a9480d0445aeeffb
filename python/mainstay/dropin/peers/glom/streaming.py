"""glom.streaming: the names of mainstay.reach.streaming."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.streaming", (
    "Call", "Check", "First", "Iter", "Pipe", "S", "SKIP", "STOP", "Spec", "T", "_MISSING",
    "bbrepr", "format_invocation",
))
