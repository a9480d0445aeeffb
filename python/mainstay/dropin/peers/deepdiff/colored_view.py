"""deepdiff.colored_view: the names of mainstay.diff.colored_view."""

from ._names import mirror_own

mirror_own(__name__)
