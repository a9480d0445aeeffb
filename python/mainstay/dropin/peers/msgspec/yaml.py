"""msgspec.yaml: the names of mainstay.codec.yaml."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.yaml", (
    "__all__", "__dir__", "decode", "encode",
))
