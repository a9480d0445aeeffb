"""deepdiff.operator: the names of mainstay.diff.operator."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.operator",
    (
        "BaseOperator",
        "BaseOperatorPlus",
        "PrefixOrSuffixOperator",
    ),
)
