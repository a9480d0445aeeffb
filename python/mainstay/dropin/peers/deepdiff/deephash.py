"""deepdiff.deephash: the names of mainstay.diff.deephash."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.deephash",
    (
        "BoolObj",
        "DeepHash",
        "EMPTY_FROZENSET",
        "HASH_LOOKUP_ERR_MSG",
        "HashTuple",
        "INDEX_VS_ATTRIBUTE",
        "UNPROCESSED_KEY",
        "combine_hashes_lists",
        "default_hasher",
        "logger",
        "prepare_string_for_hashing",
        "sha1hex",
        "sha256hex",
    ),
    live=("unprocessed",),
)
