"""boltons.excutils: the names of mainstay.bolts.excutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.excutils", (
    "ExceptionCauseMixin", "__all__",
))
