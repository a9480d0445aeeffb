"""boltons.namedutils: the names of mainstay.bolts.namedutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.namedutils", (
    "OrderedDict", "__all__", "namedlist", "namedtuple",
))
