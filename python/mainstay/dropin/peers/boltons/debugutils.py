"""boltons.debugutils: the names of mainstay.bolts.debugutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.debugutils", (
    "Repr", "__all__", "brief_repr", "make_sentinel", "pdb_on_exception", "pdb_on_signal",
    "trace_print_hook", "wrap_trace",
))
