"""msgspec.msgpack: the names of mainstay.codec.msgpack."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.msgpack", (
    "Decoder", "Encoder", "Ext", "decode", "encode",
))
