"""glom.reduction: the names of mainstay.reach.reduction."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.reduction", (
    "ACC_TREE", "CUR_AGG", "Count", "Flatten", "Fold", "FoldError", "GROUP", "GlomError", "MODE",
    "Merge", "Sum", "T", "UnregisteredTarget", "flatten", "format_invocation", "glom", "merge",
))
