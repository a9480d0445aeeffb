"""deepdiff.diff: the names of mainstay.diff.diff."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.diff",
    (
        "CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT",
        "CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT",
        "CUTOFF_RANGE_ERROR_MSG",
        "DIFF_COUNT",
        "DISTANCE_CACHE_ENABLED",
        "DISTANCE_CACHE_HIT_COUNT",
        "DeepDiff",
        "INVALID_VIEW_MSG",
        "MAX_DIFFS_REACHED_MSG",
        "MAX_DIFF_LIMIT_REACHED",
        "MAX_PASSES_REACHED_MSG",
        "MAX_PASS_LIMIT_REACHED",
        "PASSES_COUNT",
        "PROGRESS_MSG",
        "PURGE_LEVEL_RANGE_MSG",
        "VERBOSE_LEVEL_RANGE_MSG",
        "_report_progress",
        "logger",
    ),
    live=(
        "COLORED_COMPACT_VIEW",
        "COLORED_VIEW",
        "DELTA_VIEW",
        "DeepHash",
        "DiffLevel",
        "SetOrdered",
        "TEXT_VIEW",
        "TREE_VIEW",
        "notpresent",
    ),
)
