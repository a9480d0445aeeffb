"""boltons.gcutils: the names of mainstay.bolts.gcutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.gcutils", (
    "GCToggler", "__all__", "get_all", "toggle_gc", "toggle_gc_postcollect",
))
