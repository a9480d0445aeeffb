"""MessagePack: encoding and decoding."""

from ._core import Ext
from ._core import MsgpackDecoder as Decoder
from ._core import MsgpackEncoder as Encoder
from ._core import msgpack_decode as decode
from ._core import msgpack_encode as encode

__all__ = ["Decoder", "Encoder", "Ext", "decode", "encode"]
