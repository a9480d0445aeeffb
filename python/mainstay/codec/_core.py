"""The native names of the peer, gathered; and the native part is given what it needs of Python."""

from __future__ import annotations

import decimal
import enum
import uuid
from typing import Any

from . import _native
from ._define import Struct, StructConfig, StructMeta, defstruct, rebuild
from ._native import (
    Factory,
    JSONDecoder,
    JSONEncoder,
    MsgpackDecoder,
    MsgpackEncoder,
    Raw,
    asdict,
    astuple,
    convert,
    force_setattr,
    json_decode,
    json_encode,
    json_format,
    msgpack_decode,
    msgpack_encode,
    replace,
    to_builtins,
)
from ._plan import (
    _plain_plans,
    _struct_lookup_cache,
    builtin_bits,
    plan_of,
    record_of,
    timezone_of,
)
from ._values import (
    NODEFAULT,
    UNSET,
    DecodeError,
    EncodeError,
    Ext,
    Field,
    Meta,
    MsgspecError,
    UnsetType,
    ValidationError,
)

__all__ = [
    "NODEFAULT",
    "UNSET",
    "DecodeError",
    "EncodeError",
    "Ext",
    "Factory",
    "Field",
    "JSONDecoder",
    "JSONEncoder",
    "Meta",
    "MsgpackDecoder",
    "MsgpackEncoder",
    "MsgspecError",
    "Raw",
    "Struct",
    "StructConfig",
    "StructMeta",
    "UnsetType",
    "ValidationError",
    "_struct_lookup_cache",
    "asdict",
    "astuple",
    "convert",
    "defstruct",
    "force_setattr",
    "json_decode",
    "json_encode",
    "json_format",
    "msgpack_decode",
    "msgpack_encode",
    "replace",
    "to_builtins",
]

_native.connect(
    UNSET,
    NODEFAULT,
    Ext,
    EncodeError,
    DecodeError,
    ValidationError,
    enum.EnumMeta,
    uuid.UUID,
    decimal.Decimal,
    uuid.SafeUUID.unknown,
    Any,
    plan_of,
    record_of,
    rebuild,
    timezone_of,
    builtin_bits,
    _plain_plans,
)
