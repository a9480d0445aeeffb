"""Persistent collections: a change makes a new one, and the two share the rest."""

from __future__ import annotations

from .. import _load

_load("persistent")

from ._pmap import PMap, m, pmap  # noqa: E402
from ._pset import PSet, pset, s  # noqa: E402
from ._pvector import PVector, pvector, v  # noqa: E402
from ._transformations import discard, inc, ny, rex  # noqa: E402
from ._toolz import get_in  # noqa: E402

__all__ = ["PMap", "PSet", "PVector", "discard", "get_in", "inc", "m", "ny", "pmap", "pset", "pvector", "rex", "s", "v"]
