"""boltons.pathutils: the names of mainstay.bolts.pathutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.pathutils", (
    "__all__", "augpath", "expandpath", "expanduser", "expandvars", "join", "normpath",
    "shrinkuser", "split", "splitext",
))
