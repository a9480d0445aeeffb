"""deepdiff.colored_view: the names of mainstay.diff.colored_view."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.colored_view",
    (
        "ColoredView",
        "GREEN",
        "RED",
        "RESET",
    ),
)
