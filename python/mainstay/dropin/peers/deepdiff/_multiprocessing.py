"""deepdiff._multiprocessing: the names of mainstay.diff._multiprocessing."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff._multiprocessing",
    (
        "DEFAULT_MAX_WORKERS",
        "DEFAULT_THRESHOLD",
        "MPConfig",
        "_aggregate_worker_stats",
        "_extract_worker_stats",
        "compute_distances_parallel",
        "compute_hashes_parallel",
        "compute_subtree_diffs_parallel",
        "is_pickleable",
        "normalize_mp_config",
    ),
)
