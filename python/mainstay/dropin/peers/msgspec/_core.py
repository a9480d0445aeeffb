"""msgspec._core: the names of mainstay.codec._core."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec._core", (
    "DecodeError", "EncodeError", "Ext", "Factory", "Field", "JSONDecoder", "JSONEncoder",
    "Meta", "MsgpackDecoder", "MsgpackEncoder", "MsgspecError", "NODEFAULT", "Raw", "Struct",
    "StructConfig", "StructMeta", "UNSET", "UnsetType", "ValidationError",
    "_struct_lookup_cache", "asdict", "astuple", "convert", "defstruct", "force_setattr",
    "json_decode", "json_encode", "json_format", "msgpack_decode", "msgpack_encode", "replace",
    "to_builtins",
))
