from mainstay import persistent as home
from mainstay.dropin._mirror import mirror

from . import (  # noqa: F401
    _checked_types,
    _field_common,
    _helpers,
    _immutable,
    _pbag,
    _pclass,
    _pdeque,
    _plist,
    _pmap,
    _precord,
    _pset,
    _pvector,
    _toolz,
    _transformations,
)

mirror(
    __name__,
    "mainstay.persistent",
    tuple(name for name in home.__all__ if name != "OrderedPMap"),
)
del home
