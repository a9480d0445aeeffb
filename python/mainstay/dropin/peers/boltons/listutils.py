"""boltons.listutils: the names of mainstay.bolts.listutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.listutils", (
    "BList", "BarrelList", "SplayList", "__all__", "chain",
))
