"""deepdiff.deephash: the names of mainstay.diff.deephash."""

from ._names import mirror_own

mirror_own(__name__)
