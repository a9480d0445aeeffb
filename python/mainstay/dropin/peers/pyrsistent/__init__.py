from mainstay.dropin._mirror import mirror

from . import _checked_types, _field_common, _helpers, _immutable, _pbag, _pclass, _pdeque, _plist  # noqa: F401
from . import _pmap, _precord, _pset, _pvector, _toolz, _transformations  # noqa: F401

mirror(__name__, "mainstay.persistent", ("CheckedKeyTypeError", "CheckedPMap", "CheckedPSet", "CheckedPVector", "CheckedType", "CheckedValueTypeError", "InvariantException", "PBag", "PClass", "PClassMeta", "PDeque", "PList", "PMap", "PRecord", "PSet", "PTypeError", "PVector", "b", "discard", "dq", "field", "freeze", "get_in", "immutable", "inc", "l", "m", "mutant", "ny", "optional", "pbag", "pdeque", "plist", "pmap", "pmap_field", "pset", "pset_field", "pvector", "pvector_field", "rex", "s", "thaw", "v"))
