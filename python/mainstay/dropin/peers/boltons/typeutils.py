"""boltons.typeutils: the names of mainstay.bolts.typeutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.typeutils", (
    "classproperty", "deque", "get_all_subclasses", "issubclass", "make_sentinel",
))
