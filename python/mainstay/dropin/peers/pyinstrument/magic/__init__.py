"""pyinstrument.magic: the names of mainstay.profile.magic."""

from mainstay.dropin._mirror import mirror

mirror(__name__, "mainstay.profile.magic", live=("PyinstrumentMagic",))
