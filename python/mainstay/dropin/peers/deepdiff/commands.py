"""deepdiff.commands: the names of mainstay.diff.commands."""

from ._names import mirror_own

mirror_own(__name__, live="cli diff extract grep patch")
