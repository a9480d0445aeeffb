"""msgspec.toml: the names of mainstay.codec.toml."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.toml", (
    "__all__", "__dir__", "decode", "encode",
))
