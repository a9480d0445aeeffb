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
        "INDEX_VS_ATTRIBUTE",
        "KEY_TO_VAL_STR",
        "UNPROCESSED_KEY",
        "combine_hashes_lists",
        "default_hasher",
        "ipranges",
        "prepare_string_for_hashing",
        "sha1hex",
        "sha256hex",
        "strings",
    ),
    live=(
        "Base",
        "datetime_normalize",
        "get_doc",
        "get_id",
        "get_truncate_datetime",
        "logger",
        "not_hashed",
        "number_to_string",
        "sha1",
        "sha256",
        "type_in_type_group",
        "type_is_subclass_of_type_group",
        "unprocessed",
    ),
)
