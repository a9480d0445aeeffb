"""Structs, and fast encoding, decoding and validation of JSON and MessagePack.

>>> from mainstay import codec
>>> class User(codec.Struct):
...     name: str
...     groups: set[str] = set()
>>> codec.json.decode(b'{"name": "ada"}', type=User)
User(name='ada', groups=set())
"""

from __future__ import annotations

from .. import _load

_load("codec")

from ._core import (  # noqa: E402
    NODEFAULT,
    UNSET,
    DecodeError,
    EncodeError,
    Meta,
    MsgspecError,
    Raw,
    Struct,
    StructMeta,
    UnsetType,
    ValidationError,
    convert,
    defstruct,
    to_builtins,
)
from ._values import field  # noqa: E402

from . import inspect, json, msgpack, structs, toml, yaml  # noqa: E402  # isort: skip

__all__ = [
    "NODEFAULT",
    "UNSET",
    "DecodeError",
    "EncodeError",
    "Meta",
    "MsgspecError",
    "Raw",
    "Struct",
    "StructMeta",
    "UnsetType",
    "ValidationError",
    "convert",
    "defstruct",
    "field",
    "inspect",
    "json",
    "msgpack",
    "structs",
    "to_builtins",
    "toml",
    "yaml",
]
