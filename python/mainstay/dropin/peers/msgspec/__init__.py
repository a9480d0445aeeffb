"""msgspec's names on mainstay.codec. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

from . import inspect, json, msgpack, structs, toml, yaml  # noqa: F401  # as the peer's

__version__ = "0.23.0"

# fmt: off
mirror(__name__, "mainstay.codec", (
    "DecodeError", "EncodeError", "Meta", "MsgspecError", "NODEFAULT", "Raw", "Struct",
    "StructMeta", "UNSET", "UnsetType", "ValidationError", "convert", "defstruct", "field",
    "to_builtins",
))
