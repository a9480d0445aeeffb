"""deepdiff.base: the names of mainstay.diff.base."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.base",
    (
        "Base",
        "DEFAULT_SIGNIFICANT_DIGITS_WHEN_IGNORE_NUMERIC_TYPES",
        "TYPE_STABILIZATION_MSG",
    ),
)
