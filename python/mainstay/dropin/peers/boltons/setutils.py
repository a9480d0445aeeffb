"""boltons.setutils: the names of mainstay.bolts.setutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.setutils", (
    "IndexedSet", "MutableSet", "_MISSING", "__all__", "chain", "complement",
))
