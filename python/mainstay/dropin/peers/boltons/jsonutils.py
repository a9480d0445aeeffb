"""boltons.jsonutils: the names of mainstay.bolts.jsonutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.jsonutils", (
    "DEFAULT_BLOCKSIZE", "JSONLIterator", "__all__", "reverse_iter_lines",
))
