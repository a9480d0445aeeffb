"""JSON: encoding, decoding, formatting, and schemas."""

from ._core import JSONDecoder as Decoder
from ._core import JSONEncoder as Encoder
from ._core import json_decode as decode
from ._core import json_encode as encode
from ._core import json_format as format
from ._json_schema import schema, schema_components

__all__ = ["Decoder", "Encoder", "decode", "encode", "format", "schema", "schema_components"]
