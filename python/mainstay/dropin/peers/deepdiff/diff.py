"""deepdiff.diff: the names of mainstay.diff.diff."""

from ._names import mirror_own

mirror_own(__name__, "_report_progress")
