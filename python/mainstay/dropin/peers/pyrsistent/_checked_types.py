from mainstay.dropin._mirror import mirror
from mainstay.persistent import _checked_types as home

mirror(
    __name__,
    "mainstay.persistent._checked_types",
    (*home.__all__, "_restore_pickle"),
)
del home
