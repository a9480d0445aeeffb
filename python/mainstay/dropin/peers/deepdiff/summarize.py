"""deepdiff.summarize: the names of mainstay.diff.summarize."""

from ._names import mirror_own

mirror_own(__name__, "_truncate")
