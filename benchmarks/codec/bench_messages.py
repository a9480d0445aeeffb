"""Messages of 1,000 rows, long texts and one row, in both formats and both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import own

ROWS = 1_000


def _types(api: Any) -> tuple[Any, Any]:
    address = api.defstruct("Address", [("street", str), ("city", str), ("zip", int)])
    user = api.defstruct(
        "User",
        [
            ("id", int),
            ("name", str),
            ("email", str),
            ("active", bool),
            ("rate", float),
            ("tags", list[str]),
            ("address", address),
        ],
    )
    return user, address


def _users(api: Any) -> tuple[Any, list[Any]]:
    user, address = _types(api)
    return user, [
        user(
            i,
            f"user {i}",
            f"user{i}@example.com",
            i % 2 == 0,
            i / 8,
            ["a", "bb", "ccc"],
            address("street", "city", i),
        )
        for i in range(ROWS)
    ]


def cases(door: Door) -> Iterator[Case]:
    """Each decodes or encodes a whole message."""
    api = door.api
    user, users = _users(api)
    plain = api.to_builtins(users)
    json, msgpack = api.json, api.msgpack
    text, packed, one = json.encode(users), msgpack.encode(users), json.encode(users[0])
    typed, untyped = json.Decoder(list[user]), json.Decoder()
    unpack, single = msgpack.Decoder(list[user]), json.Decoder(user)
    encoder, packer = json.Encoder(), msgpack.Encoder()
    long = ["x" * 4_000] * 50
    work: dict[str, tuple[str, Callable[[], Any]]] = {
        "JSON: decode 1,000 structs": ("typed", lambda: typed.decode(text)),
        "JSON: decode 1,000 dicts": ("untyped", lambda: untyped.decode(text)),
        "JSON: encode 1,000 structs": ("structs", lambda: encoder.encode(users)),
        "JSON: encode 1,000 dicts": ("dicts", lambda: encoder.encode(plain)),
        "MessagePack: decode 1,000 structs": ("typed", lambda: unpack.decode(packed)),
        "MessagePack: encode 1,000 structs": ("structs", lambda: packer.encode(users)),
        "convert 1,000 structs": ("from dicts", lambda: api.convert(plain, list[user])),
        "to_builtins of 1,000 structs": ("to dicts", lambda: api.to_builtins(users)),
        "JSON: 50 texts of 4 KB, both ways": (
            "ASCII",
            lambda: untyped.decode(encoder.encode(long)),
        ),
        "JSON: one struct, both ways": (
            "152 bytes",
            lambda: encoder.encode(single.decode(one)),
        ),
    }
    for row, (variant, call) in work.items():
        yield Case(row, variant, own(_calls)(call))


def _calls(call: Callable[[], Any]) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            call()

    return loop
