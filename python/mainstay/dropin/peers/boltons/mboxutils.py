"""boltons.mboxutils: the names of mainstay.bolts.mboxutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.mboxutils", (
    "DEFAULT_MAXMEM", "mbox_readonlydir",
))
