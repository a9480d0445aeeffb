"""deepdiff.search: the names of mainstay.diff.search."""

from ._names import mirror_own

mirror_own(__name__)
