from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.utils.patterns",
    (
        "_match_path",
        "filter_paths",
        "match_any_paths",
    ),
)
