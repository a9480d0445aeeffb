"""deepdiff.base: the names of mainstay.diff.base."""

from ._names import mirror_own

mirror_own(__name__)
