from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent._pmap",
    ("KT", "PMap", "PMapItems", "PMapValues", "PMapView", "VT_co", "m", "pmap"),
)
