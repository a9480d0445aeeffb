"""msgspec.structs: the names of mainstay.codec.structs."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.structs", (
    "FieldInfo", "StructConfig", "__all__", "__dir__", "asdict", "astuple", "fields",
    "force_setattr", "replace",
))
