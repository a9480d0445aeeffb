"""boltons.easterutils: the names of mainstay.bolts.easterutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.easterutils", (
    "gobs_program",
))
