from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent._transformations",
    ("dec", "discard", "inc", "ny", "rex", "transform"),
)
