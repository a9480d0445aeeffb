"""glom.grouping: the names of mainstay.reach.grouping."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.grouping", (
    "ACC_TREE", "Avg", "BadSpec", "CUR_AGG", "First", "GROUP", "Group", "Limit", "MODE", "Max",
    "Min", "SKIP", "STOP", "Sample", "T", "_MISSING", "glom", "target_iter",
))
