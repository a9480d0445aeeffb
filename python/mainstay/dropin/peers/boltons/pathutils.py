"""boltons.pathutils: the names of mainstay.bolts.pathutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.pathutils", (
    "augpath", "expandpath", "shrinkuser",
))
