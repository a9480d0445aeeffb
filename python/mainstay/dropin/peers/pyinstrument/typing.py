"""pyinstrument.typing: the names of mainstay.profile.typing."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.typing", (
    "LiteralStr", "PathOrStr", "TypeAlias", "Unpack", "assert_never",
))
