from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent._checked_types",
    (
        "CheckedKeyTypeError",
        "CheckedPMap",
        "CheckedPSet",
        "CheckedPVector",
        "CheckedType",
        "CheckedTypeError",
        "CheckedValueTypeError",
        "InvariantException",
        "_restore_pickle",
        "get_type",
        "get_types",
        "maybe_parse_many_user_types",
        "maybe_parse_user_type",
        "optional",
        "store_invariants",
        "wrap_invariant",
    ),
)
