"""boltons.dictutils: the names of mainstay.bolts.dictutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.dictutils", (
    "FastIterOrderedMultiDict", "FrozenDict", "FrozenHashError", "ItemsView", "KEY", "KeysView",
    "ManyToMany", "MultiDict", "NEXT", "OMD", "OneToOne", "OrderedMultiDict", "PREV", "SNEXT",
    "SPREV", "VALUE", "ValuesView", "__all__", "subdict",
))
