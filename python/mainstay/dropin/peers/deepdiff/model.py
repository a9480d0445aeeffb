"""deepdiff.model: the names of mainstay.diff.model."""

from ._names import mirror_own

mirror_own(__name__)
