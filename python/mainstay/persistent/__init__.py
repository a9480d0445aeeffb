"""Persistent collections: a change makes a new one, and the two share the rest.

>>> from mainstay.persistent import m, v
>>> before = m(name="Ann", tags=v("a", "b"))
>>> after = before.transform(["tags", 0], "c")
>>> before.tags, after.tags
(pvector(['a', 'b']), pvector(['c', 'b']))
"""

from __future__ import annotations

from .. import _load

_load("persistent")

from ._checked_types import (  # noqa: E402
    CheckedKeyTypeError,
    CheckedPMap,
    CheckedPSet,
    CheckedPVector,
    CheckedType,
    CheckedValueTypeError,
    InvariantException,
    optional,
)
from ._field_common import PTypeError, field, pmap_field, pset_field, pvector_field  # noqa: E402
from ._helpers import freeze, mutant, thaw  # noqa: E402
from ._immutable import immutable  # noqa: E402
from ._ordered import OrderedPMap  # noqa: E402
from ._pbag import PBag, b, pbag  # noqa: E402
from ._pclass import PClass, PClassMeta  # noqa: E402
from ._pdeque import PDeque, dq, pdeque  # noqa: E402
from ._plist import PList, l, plist  # noqa: E402
from ._pmap import PMap, m, pmap  # noqa: E402
from ._precord import PRecord  # noqa: E402
from ._pset import PSet, pset, s  # noqa: E402
from ._pvector import PVector, pvector, v  # noqa: E402
from ._toolz import get_in  # noqa: E402
from ._transformations import discard, inc, ny, rex  # noqa: E402

__all__ = [
    "CheckedKeyTypeError",
    "CheckedPMap",
    "CheckedPSet",
    "CheckedPVector",
    "CheckedType",
    "CheckedValueTypeError",
    "InvariantException",
    "OrderedPMap",
    "PBag",
    "PClass",
    "PClassMeta",
    "PDeque",
    "PList",
    "PMap",
    "PRecord",
    "PSet",
    "PTypeError",
    "PVector",
    "b",
    "discard",
    "dq",
    "field",
    "freeze",
    "get_in",
    "immutable",
    "inc",
    "l",
    "m",
    "mutant",
    "ny",
    "optional",
    "pbag",
    "pdeque",
    "plist",
    "pmap",
    "pmap_field",
    "pset",
    "pset_field",
    "pvector",
    "pvector_field",
    "rex",
    "s",
    "thaw",
    "v",
]
