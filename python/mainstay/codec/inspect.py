"""What a type means to encoders and decoders, as structs that programs can look at."""

from __future__ import annotations

import datetime
import decimal
import enum
import types
import typing
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, TypeVar, Union, cast

from ._core import NODEFAULT, UNSET, Ext, MsgpackDecoder, Raw, Struct, UnsetType
from ._core import Factory as _Factory
from ._core import Meta as _Meta
from ._core import to_builtins as _to_builtins
from ._typing_utils import is_struct, is_struct_type
from ._utils import (
    _CONCRETE_TYPES,
    _AnnotatedAlias,
    _is_typeddict,
)
from ._utils import get_class_annotations as _get_class_annotations
from ._utils import get_dataclass_info as _get_dataclass_info
from ._utils import get_typeddict_info as _get_typeddict_info
from ._values import field as _field

__all__ = (
    "AnyType",
    "BoolType",
    "ByteArrayType",
    "BytesType",
    "CollectionType",
    "CustomType",
    "DataclassType",
    "DateTimeType",
    "DateType",
    "DecimalType",
    "DictType",
    "EnumType",
    "ExtType",
    "Field",
    "FloatType",
    "FrozenDictType",
    "FrozenSetType",
    "IntType",
    "ListType",
    "LiteralType",
    "MemoryViewType",
    "Metadata",
    "NamedTupleType",
    "NoneType",
    "RawType",
    "SetType",
    "StrType",
    "StructType",
    "TimeDeltaType",
    "TimeType",
    "TupleType",
    "Type",
    "TypedDictType",
    "UUIDType",
    "UnionType",
    "VarTupleType",
    "is_struct",
    "is_struct_type",
    "multi_type_info",
    "type_info",
)

_TypeAliasType: Any = getattr(typing, "TypeAliasType", None)


def __dir__() -> tuple[str, ...]:
    return __all__


class Type(Struct):
    """Base of all descriptions of types."""


class Metadata(Type):
    """A type, and what `Meta` objects say about it beside constraints."""

    type: Type
    extra_json_schema: dict[str, Any] | None = None
    extra: dict[Any, Any] | None = None


class AnyType(Type):
    """`typing.Any`."""


class NoneType(Type):
    """None."""


class BoolType(Type):
    """`bool`."""


class IntType(Type):
    """`int`, and its bounds."""

    gt: int | None = None
    ge: int | None = None
    lt: int | None = None
    le: int | None = None
    multiple_of: int | None = None


class FloatType(Type):
    """`float`, and its bounds."""

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    multiple_of: float | None = None


class StrType(Type):
    """`str`, its lengths, and what is searched for in it."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


class BytesType(Type):
    """`bytes`, and its lengths."""

    min_length: int | None = None
    max_length: int | None = None


class ByteArrayType(Type):
    """`bytearray`, and its lengths."""

    min_length: int | None = None
    max_length: int | None = None


class MemoryViewType(Type):
    """`memoryview`, and its lengths."""

    min_length: int | None = None
    max_length: int | None = None


class DateTimeType(Type):
    """`datetime.datetime`; `tz` says whether it has to have a zone, or must not."""

    tz: bool | None = None


class TimeType(Type):
    """`datetime.time`; `tz` says whether it has to have a zone, or must not."""

    tz: bool | None = None


class DateType(Type):
    """`datetime.date`."""


class TimeDeltaType(Type):
    """`datetime.timedelta`."""


class UUIDType(Type):
    """`uuid.UUID`."""


class DecimalType(Type):
    """`decimal.Decimal`."""


class ExtType(Type):
    """`msgpack.Ext`."""


class RawType(Type):
    """`Raw`."""


class EnumType(Type):
    """An enum."""

    cls: type[enum.Enum]


class LiteralType(Type):
    """`typing.Literal`."""

    values: tuple[bool | str | int | None, ...]


class CustomType(Type):
    """A type that hooks encode and decode."""

    cls: type


class UnionType(Type):
    """A union."""

    types: tuple[Type, ...]

    @property
    def includes_none(self) -> bool:
        """Whether None is one of its types."""
        return any(isinstance(each, NoneType) for each in self.types)


class CollectionType(Type):
    """Base of collections of one type of items."""

    item_type: Type
    min_length: int | None = None
    max_length: int | None = None


class ListType(CollectionType):
    """`list`."""


class VarTupleType(CollectionType):
    """A tuple of any length."""


class SetType(CollectionType):
    """`set`."""


class FrozenSetType(CollectionType):
    """`frozenset`."""


class TupleType(Type):
    """A tuple with a type for each item."""

    item_types: tuple[Type, ...]


class DictType(Type):
    """`dict`."""

    key_type: Type
    value_type: Type
    min_length: int | None = None
    max_length: int | None = None


class FrozenDictType(Type):
    """`frozendict`, which Python has from 3.15 on."""

    key_type: Type
    value_type: Type
    min_length: int | None = None
    max_length: int | None = None


class Field(Struct):
    """A field of a struct, dataclass, TypedDict or NamedTuple."""

    name: str
    encode_name: str
    type: Type
    required: bool = True
    default: Any = _field(default_factory=lambda: NODEFAULT)
    default_factory: Any = _field(default_factory=lambda: NODEFAULT)


class TypedDictType(Type):
    """A TypedDict; its fields are sorted by name."""

    cls: type
    fields: tuple[Field, ...]


class NamedTupleType(Type):
    """A NamedTuple."""

    cls: type
    fields: tuple[Field, ...]


class DataclassType(Type):
    """A dataclass or attrs class."""

    cls: type
    fields: tuple[Field, ...]


class StructType(Type):
    """A struct."""

    cls: type[Struct]
    fields: tuple[Field, ...]
    tag_field: str | None = None
    tag: str | int | None = None
    array_like: bool = False
    forbid_unknown_fields: bool = False


def multi_type_info(types: Iterable[Any]) -> tuple[Type, ...]:
    """Describe several types; what they share is described once."""
    given = tuple(types)
    MsgpackDecoder(typing.Tuple[given])  # noqa: UP006  # refuses what is not supported
    translator = _Translator()
    return tuple(translator.translate(each) for each in given)


def type_info(type: Any) -> Type:
    """Describe one type."""
    return multi_type_info([type])[0]


def _unwrapped(annotation: Any) -> tuple[Any, Any, tuple[_Meta, ...]]:
    """The type inside Annotated, NewType, Final and aliases; its arguments; its Meta objects."""
    metas: list[_Meta] = []
    t = annotation
    while True:
        try:
            concrete = _CONCRETE_TYPES.get(t)
        except TypeError:
            concrete = None
        if concrete is not None:
            return concrete, None, tuple(metas)
        origin = getattr(t, "__origin__", None)
        if origin is None:
            if hasattr(t, "__supertype__"):
                t = t.__supertype__
            elif _TypeAliasType is not None and type(t) is _TypeAliasType:
                t = t.__value__
            elif type(t) is types.UnionType:
                return Union, t.__args__, tuple(metas)
            else:
                return t, None, tuple(metas)
        elif type(t) is _AnnotatedAlias:
            # Those further in come first: the outer ones count.
            metas[:0] = [each for each in t.__metadata__ if type(each) is _Meta]
            t = origin
        elif origin is Final:
            t = t.__args__[0]
        elif _TypeAliasType is not None and type(origin) is _TypeAliasType:
            t = origin.__value__[t.__args__]
        else:
            if type(t) is types.UnionType:
                origin = Union
            return _CONCRETE_TYPES.get(origin, origin), getattr(t, "__args__", None), tuple(metas)


def _sort_literal_args(args: Any) -> tuple[Any, ...]:
    """By type and value, as values of different types have no order."""
    try:
        return tuple(sorted(args, key=lambda each: (type(each).__name__, each)))
    except TypeError:
        return tuple(args)


def _is_namedtuple(t: Any) -> bool:
    return (
        isinstance(t, type)
        and issubclass(t, tuple)
        and type(getattr(t, "_fields", None)) is tuple
        and type(getattr(t, "_field_defaults", None)) is dict
    )


def _merge_json(a: Any, b: Any) -> Any:
    """Two schemas as one: dicts are merged, lists appended, of all else the second counts."""
    if not b:
        return a
    merged = dict(a)
    for key, value in b.items():
        there = merged.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            merged[key] = _merge_json(there, value)
        elif isinstance(there, (list, tuple)) and isinstance(value, (list, tuple)):
            merged[key] = [*there, *value]
        else:
            merged[key] = value
    return merged


_PLAIN: dict[Any, Callable[[], Type]] = {
    Any: AnyType,
    None: NoneType,
    type(None): NoneType,
    bool: BoolType,
    datetime.date: DateType,
    datetime.timedelta: TimeDeltaType,
    uuid.UUID: UUIDType,
    decimal.Decimal: DecimalType,
    Raw: RawType,
    Ext: ExtType,
}
# With the constraints that the description has.
_CONSTRAINED: dict[Any, tuple[Any, tuple[str, ...]]] = {
    int: (IntType, ("ge", "gt", "le", "lt", "multiple_of")),
    float: (FloatType, ("ge", "gt", "le", "lt", "multiple_of")),
    str: (StrType, ("min_length", "max_length", "pattern")),
    bytes: (BytesType, ("min_length", "max_length")),
    bytearray: (ByteArrayType, ("min_length", "max_length")),
    memoryview: (MemoryViewType, ("min_length", "max_length")),
    datetime.datetime: (DateTimeType, ("tz",)),
    datetime.time: (TimeType, ("tz",)),
}
_COLLECTIONS: dict[Any, Any] = {list: ListType, set: SetType, frozenset: FrozenSetType}


class _Translator:
    """Describes types; classes that refer to themselves are described once."""

    def __init__(self) -> None:
        self.cache: dict[Any, Any] = {}

    def translate(self, annotation: Any) -> Type:
        t, args, metas = _unwrapped(annotation)
        constraints: dict[str, Any] = {}
        schema: Any = {}
        extra: dict[Any, Any] = {}
        for meta in metas:
            for name in (
                "ge", "gt", "le", "lt", "multiple_of", "pattern", "min_length", "max_length", "tz",
            ):  # fmt: skip
                if getattr(meta, name) is not None:
                    constraints[name] = getattr(meta, name)
            for name in ("title", "description", "examples"):
                if getattr(meta, name) is not None:
                    schema[name] = getattr(meta, name)
            if meta.extra_json_schema is not None:
                schema = _merge_json(schema, _to_builtins(meta.extra_json_schema, str_keys=True))
            if meta.extra is not None:
                extra.update(meta.extra)
        described = self._describe(t, args, constraints)
        if schema or extra:
            return Metadata(described, extra_json_schema=schema or None, extra=extra or None)
        return described

    def _describe(self, t: Any, args: Any, constraints: dict[str, Any]) -> Type:
        if isinstance(t, TypeVar):
            return AnyType() if t.__bound__ is None else self.translate(t.__bound__)
        if t in _PLAIN:
            return _PLAIN[t]()
        if t in _CONSTRAINED:
            kind, names = _CONSTRAINED[t]
            made: Type = kind(**{name: constraints.get(name) for name in names})
            return made
        lengths = {name: constraints.get(name) for name in ("min_length", "max_length")}
        if t in _COLLECTIONS:
            item = self.translate(args[0]) if args else AnyType()
            collection: Type = _COLLECTIONS[t](item, **lengths)
            return collection
        if t is tuple:
            return self._tuple(args, lengths)
        if t is dict:
            key, value = (self.translate(each) for each in (args or (Any, Any)))
            return DictType(key, value, **lengths)
        if t is Union:
            members = tuple(self.translate(each) for each in args if each is not UnsetType)
            return members[0] if len(members) == 1 else UnionType(members)
        if t is Literal:
            return LiteralType(_sort_literal_args(args))
        if isinstance(t, enum.EnumMeta):
            return EnumType(cast(Any, t))
        return self._class(t, args)

    def _tuple(self, args: Any, lengths: dict[str, Any]) -> Type:
        if args is None:
            return VarTupleType(AnyType(), **lengths)
        if len(args) == 2 and args[-1] is ...:
            return VarTupleType(self.translate(args[0]), **lengths)
        # typing.Tuple[()] has had an empty tuple as its one argument.
        items = () if args == ((),) else args
        return TupleType(tuple(self.translate(each) for each in items))

    def _class(self, t: Any, args: Any) -> Type:
        for test, describe in (
            (is_struct_type, self._struct),
            (_is_typeddict, self._typed_dict),
            (_is_dataclass, self._dataclass),
            (_is_namedtuple, self._named_tuple),
        ):
            if test(t):
                cls = t[args] if args else t
                if cls not in self.cache:
                    describe(t, cls)
                found: Type = self.cache[cls]
                return found
        return CustomType(t)

    def _field(
        self, name: str, encoded: str, kind: Any, default: Any, factory: Any = NODEFAULT
    ) -> Field:
        return Field(
            name=name,
            encode_name=encoded,
            type=self.translate(kind),
            required=default is NODEFAULT and factory is NODEFAULT,
            default=NODEFAULT if default is UNSET else default,
            default_factory=factory,
        )

    def _struct(self, t: Any, cls: Any) -> None:
        config = t.__struct_config__
        made = self.cache[cls] = StructType(
            cls,
            (),
            tag_field=config.tag_field,
            tag=config.tag,
            array_like=config.array_like,
            forbid_unknown_fields=config.forbid_unknown_fields,
        )
        hints = _get_class_annotations(cls)
        required = len(t.__struct_fields__) - len(t.__struct_defaults__)
        given = (NODEFAULT,) * required + t.__struct_defaults__
        fields = []
        default: Any
        for name, encoded, default in zip(
            t.__struct_fields__, t.__struct_encode_fields__, given, strict=True
        ):
            factory: Any = NODEFAULT
            if isinstance(default, _Factory):
                factory, default = default.factory, NODEFAULT
            fields.append(self._field(name, encoded, hints[name], default, factory))
        made.fields = tuple(fields)

    def _typed_dict(self, t: Any, cls: Any) -> None:
        made = self.cache[cls] = TypedDictType(cls, ())
        hints, required = _get_typeddict_info(cls)
        made.fields = tuple(
            Field(name, name, self.translate(kind), required=name in required)
            for name, kind in sorted(hints.items())
        )

    def _dataclass(self, t: Any, cls: Any) -> None:
        made = self.cache[cls] = DataclassType(cls, ())
        _, info, defaults, _, _ = _get_dataclass_info(cls)
        given = (NODEFAULT,) * (len(info) - len(defaults)) + defaults
        made.fields = tuple(
            self._field(name, name, kind, NODEFAULT, default)
            if factory
            else self._field(name, name, kind, default)
            for (name, kind, factory), default in zip(info, given, strict=True)
        )

    def _named_tuple(self, t: Any, cls: Any) -> None:
        made = self.cache[cls] = NamedTupleType(cls, ())
        hints = _get_class_annotations(cls)
        made.fields = tuple(
            Field(
                name,
                name,
                self.translate(hints.get(name, Any)),
                required=name not in t._field_defaults,
                default=t._field_defaults.get(name, NODEFAULT),
            )
            for name in t._fields
        )


def _is_dataclass(t: Any) -> bool:
    return hasattr(t, "__dataclass_fields__") or hasattr(t, "__attrs_attrs__")
