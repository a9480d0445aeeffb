"""msgspec.json: the names of mainstay.codec.json."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.json", (
    "Decoder", "Encoder", "decode", "encode", "format", "schema", "schema_components",
))
