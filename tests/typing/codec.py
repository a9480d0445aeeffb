"""A user's program, for the type checkers: structs are dataclasses to them, messages are bytes."""

from __future__ import annotations

from typing import Annotated

from mainstay import codec
from mainstay.codec import UNSET, Meta, Struct, UnsetType, field
from typing_extensions import assert_type


class User(Struct, frozen=True, rename="camel"):
    name: str
    age: Annotated[int, Meta(ge=0)] = 0
    groups: list[str] = field(default_factory=list)
    note: str | UnsetType = UNSET


user = User("ada", age=36)
assert_type(user.name, str)
assert_type(user.age, int)
assert_type(codec.json.encode(user), bytes)
assert_type(codec.msgpack.encode(user), bytes)
assert_type(codec.json.Encoder(order="sorted").encode(user), bytes)
assert_type(codec.structs.asdict(user).keys() >= {"name"}, bool)
assert_type(codec.structs.fields(User)[0].name, str)
