"""deepdiff.delta: the names of mainstay.diff.delta."""

import mainstay.diff.delta

from ._names import mirror_own

mirror_own(__name__, without="Delta")


class Delta(mainstay.diff.delta.Delta):
    __doc__ = mainstay.diff.delta.Delta.__doc__
    _pickle = "allow"
