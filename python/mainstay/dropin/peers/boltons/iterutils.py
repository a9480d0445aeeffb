"""boltons.iterutils: the names of mainstay.bolts.iterutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.iterutils", (
    "GUIDerator", "Iterable", "PathAccessError", "SequentialGUIDerator", "backoff",
    "backoff_iter", "bucketize", "chunk_ranges", "chunked", "chunked_iter", "default_enter",
    "default_exit", "default_visit", "first", "flatten", "flatten_iter", "frange", "get_path",
    "guid_iter", "is_collection", "is_iterable", "is_scalar", "lstrip", "lstrip_iter", "one",
    "pairwise", "pairwise_iter", "partition", "redundant", "remap", "research", "rstrip",
    "rstrip_iter", "same", "seq_guid_iter", "soft_sorted", "split", "split_iter", "strip",
    "strip_iter", "unique", "unique_iter", "untyped_sorted", "windowed", "windowed_iter",
    "xfrange",
))
