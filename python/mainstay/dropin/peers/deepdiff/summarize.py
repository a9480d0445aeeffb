"""deepdiff.summarize: the names of mainstay.diff.summarize."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.summarize",
    (
        "_truncate",
        "calculate_weights",
        "greedy_tree_summarization_balanced",
        "shrink_tree_balanced",
        "summarize",
    ),
)
