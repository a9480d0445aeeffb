"""deepdiff.operator: the names of mainstay.diff.operator."""

from ._names import mirror_own

mirror_own(__name__)
