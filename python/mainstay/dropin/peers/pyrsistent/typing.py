from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent.typing",
    (
        "CheckedPMap",
        "CheckedPSet",
        "CheckedPVector",
        "PBag",
        "PDeque",
        "PList",
        "PMap",
        "PMapEvolver",
        "PSet",
        "PSetEvolver",
        "PVector",
        "PVectorEvolver",
    ),
)
