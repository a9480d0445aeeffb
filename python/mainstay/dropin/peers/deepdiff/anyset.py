"""deepdiff.anyset: the names of mainstay.diff.anyset."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.anyset",
    ("AnySet",),
)
