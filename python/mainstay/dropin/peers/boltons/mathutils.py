"""boltons.mathutils: the names of mainstay.bolts.mathutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.mathutils", (
    "Bits", "ceil", "clamp", "floor",
))
