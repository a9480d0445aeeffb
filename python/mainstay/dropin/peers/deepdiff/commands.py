"""deepdiff.commands: the names of mainstay.diff.commands."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.commands",
    (),
    live=(
        "CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT",
        "CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT",
        "DeepDiff",
        "DeepSearch",
        "Delta",
        "cli",
        "diff",
        "extract",
        "grep",
        "load_path_content",
        "logger",
        "patch",
        "save_content_to_path",
    ),
)
