from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent._field_common",
    (
        "PFIELD_NO_FACTORY",
        "PFIELD_NO_INITIAL",
        "PFIELD_NO_INVARIANT",
        "PFIELD_NO_SERIALIZER",
        "PFIELD_NO_TYPE",
        "PTypeError",
        "_restore_pmap_field_pickle",
        "_restore_seq_field_pickle",
        "check_global_invariants",
        "check_type",
        "field",
        "pmap_field",
        "pset_field",
        "pvector_field",
        "serialize",
        "set_fields",
    ),
)
