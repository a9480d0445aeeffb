from mainstay.dropin._mirror import mirror
from mainstay.persistent import _field_common as home

mirror(
    __name__,
    "mainstay.persistent._field_common",
    (*home.__all__, "_restore_pmap_field_pickle", "_restore_seq_field_pickle"),
)
del home
