"""pyinstrument.magic: the names of mainstay.profile.magic."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.magic", (
    "PyinstrumentMagic",
))
