"""What readers who tried to break mainstay.codec found: errors now, where it crashed."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import pytest
from mainstay import codec


@dataclass
class Refused(Exception):
    code: int


@dataclass
class Table(dict[str, int]):
    name: str


class Link(codec.Struct, frozen=True):
    next: object = None


def test_a_dataclass_of_a_built_in_type_is_made_by_that_type() -> None:
    error = codec.json.decode(b'{"code":1}', type=Refused)
    assert (error.code, error.args, str(error)) == (1, (), "")
    table = codec.json.decode(b'{"name":"t"}', type=Table)
    table["x"] = 1
    assert dict(table) == {"x": 1}


def test_an_offset_that_no_buffer_has_is_an_error() -> None:
    buffer = bytearray(b"abc")
    with pytest.raises(MemoryError):
        codec.json.Encoder().encode_into(12345, buffer, 2**63 - 1)
    assert buffer == b"abc"


def test_a_hook_cannot_initialise_its_encoder_or_decoder_again() -> None:
    def encode(_: Any) -> Any:
        encoder.__init__()

    def decode(_: type, value: Any) -> Any:
        decoder.__init__(int)

    class Custom:
        pass

    encoder = codec.msgpack.Encoder(enc_hook=encode)
    with pytest.raises(TypeError, match=r"Encoder.__init__\(\) was called before"):
        encoder.encode(Custom())
    decoder = codec.json.Decoder(Custom, dec_hook=decode)
    with pytest.raises(codec.ValidationError, match=r"Decoder.__init__\(\) was called before"):
        decoder.decode(b"1")


def test_an_enum_whose_value_is_itself_is_refused() -> None:
    class Odd(enum.Enum):
        A = 1

    Odd.A._value_ = Odd.A  # type: ignore[assignment]
    for form in (codec.json, codec.msgpack):
        with pytest.raises(RecursionError):
            form.encode(Odd.A)


def test_a_deep_chain_has_no_hash() -> None:
    chain = Link()
    for _ in range(100_000):
        chain = Link(chain)
    with pytest.raises(RecursionError):
        hash(chain)


def test_a_frozen_class_stays_frozen_when_its_setattr_comes_and_goes() -> None:
    class Frozen(codec.Struct, frozen=True):
        x: int

    Frozen.__setattr__ = object.__setattr__  # type: ignore[method-assign]
    del Frozen.__setattr__
    with pytest.raises(AttributeError, match="immutable type"):
        Frozen(1).x = 2  # type: ignore[misc]
