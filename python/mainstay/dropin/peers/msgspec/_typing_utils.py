"""msgspec._typing_utils: the names of mainstay.codec._typing_utils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec._typing_utils", (
    "is_struct", "is_struct_type",
))
