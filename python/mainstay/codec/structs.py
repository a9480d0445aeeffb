"""Structs as values: copies, conversions, and what their fields are."""

from __future__ import annotations

from typing import Any

from ._core import (
    NODEFAULT,
    Struct,
    StructConfig,
    StructMeta,
    asdict,
    astuple,
    force_setattr,
    replace,
)
from ._core import Factory as _Factory
from ._utils import get_class_annotations as _get_class_annotations
from ._values import field as _field

__all__ = (
    "FieldInfo",
    "StructConfig",
    "asdict",
    "astuple",
    "fields",
    "force_setattr",
    "replace",
)


def __dir__() -> tuple[str, ...]:
    return __all__


class FieldInfo(Struct):
    """A field of a struct type: its name, that in messages, its type, and its default.

    `default` and `default_factory` are `NODEFAULT` where there is none.
    """

    name: str
    encode_name: str
    type: Any
    default: Any = _field(default_factory=lambda: NODEFAULT)
    default_factory: Any = _field(default_factory=lambda: NODEFAULT)

    @property
    def required(self) -> bool:
        """Whether a message has to have it."""
        return self.default is NODEFAULT and self.default_factory is NODEFAULT


def fields(type_or_instance: Any) -> tuple[FieldInfo, ...]:
    """The fields of a struct type, of an alias of one, or of an instance."""
    owner: Any = type_or_instance
    if isinstance(type(owner), StructMeta):
        owner = type(owner)
    cls: Any = owner if isinstance(owner, StructMeta) else getattr(owner, "__origin__", owner)
    if not isinstance(cls, StructMeta):
        raise TypeError("Must be called with a struct type or instance")
    hints = _get_class_annotations(owner)
    required = len(cls.__struct_fields__) - len(cls.__struct_defaults__)
    given = (NODEFAULT,) * required + cls.__struct_defaults__
    found = []
    for name, encoded, default in zip(
        cls.__struct_fields__, cls.__struct_encode_fields__, given, strict=True
    ):
        made = isinstance(default, _Factory)
        found.append(
            FieldInfo(
                name=name,
                encode_name=encoded,
                type=hints[name],
                default=NODEFAULT if made else default,
                default_factory=default.factory if isinstance(default, _Factory) else NODEFAULT,
            )
        )
    return tuple(found)
