"""deepdiff.search: the names of mainstay.diff.search."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.search",
    (
        "DeepSearch",
        "grep",
        "logger",
    ),
)
