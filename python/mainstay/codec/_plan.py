"""From type annotations to plans: what each accepts, and which do not go together.

`plan_of(annotation)` makes what the native decoders walk. Classes with fields may refer to
themselves: their records are made first and filled in afterwards, and are kept, on the class or its
alias as `__msgspec_cache__`, once all that they need could be made. Threads may plan the same type
at once; what the first has kept counts.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import sys
import types
import typing
import uuid
from typing import Any, Final, Literal, TypeVar, Union

from . import _native
from ._native import (
    P_ANY,
    P_ARRAY_MAX,
    P_ARRAY_MIN,
    P_BOOL,
    P_BYTEARRAY,
    P_BYTES,
    P_BYTES_MAX,
    P_BYTES_MIN,
    P_CUSTOM,
    P_CUSTOM_GENERIC,
    P_DATACLASS,
    P_DATE,
    P_DATETIME,
    P_DECIMAL,
    P_DICT,
    P_ENUM,
    P_EXT,
    P_FALSE,
    P_FIXTUPLE,
    P_FLOAT,
    P_FLOAT_GE,
    P_FLOAT_GT,
    P_FLOAT_LE,
    P_FLOAT_LT,
    P_FLOAT_MULTIPLE,
    P_FROZENSET,
    P_INT,
    P_INT_MAX,
    P_INT_MIN,
    P_INT_MULTIPLE,
    P_INTENUM,
    P_INTLITERAL,
    P_LIST,
    P_MAP_MAX,
    P_MAP_MIN,
    P_MEMORYVIEW,
    P_NAMEDTUPLE,
    P_NONE,
    P_SET,
    P_STR,
    P_STR_MAX,
    P_STR_MIN,
    P_STR_REGEX,
    P_STRLITERAL,
    P_STRUCT,
    P_STRUCT_ARRAY,
    P_STRUCT_ARRAY_UNION,
    P_STRUCT_UNION,
    P_TIME,
    P_TIMEDELTA,
    P_TRUE,
    P_TYPEDDICT,
    P_TZ_AWARE,
    P_TZ_NAIVE,
    P_UUID,
    P_VARTUPLE,
    Lookup,
    Plan,
    Raw,
    Record,
)
from ._utils import (
    _CONCRETE_TYPES,
    _AnnotatedAlias,
    convert_generic_alias,
    get_class_annotations,
    get_dataclass_info,
    get_typeddict_info,
)
from ._values import Ext, Meta, UnsetType

_NOTHING = object()  # where None is a type
_CACHE = "__msgspec_cache__"
_UnionType: Any = types.UnionType
_TypeAliasType: Any = getattr(typing, "TypeAliasType", None)
_UNION_LIMIT = 64

# Plans by annotation, of those that are made of built-in types alone: keeping them keeps nothing
# of the program's alive. The native part looks here first.
_plain_plans: dict[Any, Plan] = {}
_PLAIN_LIMIT = 256

# Lookups of unions of structs by tag, the newest last.
_struct_lookup_cache: dict[Any, Lookup] = {}

_SCALARS: dict[Any, tuple[int, str]] = {
    None: (P_NONE, ""),
    type(None): (P_NONE, ""),
    bool: (P_BOOL, ""),
    int: (P_INT, "int"),
    float: (P_FLOAT, "float"),
    str: (P_STR, "str"),
    bytes: (P_BYTES, "bytes"),
    bytearray: (P_BYTEARRAY, "bytes"),
    memoryview: (P_MEMORYVIEW, "bytes"),
    datetime.datetime: (P_DATETIME, "time"),
    datetime.date: (P_DATE, ""),
    datetime.time: (P_TIME, "time"),
    datetime.timedelta: (P_TIMEDELTA, ""),
    uuid.UUID: (P_UUID, ""),
    decimal.Decimal: (P_DECIMAL, ""),
    Ext: (P_EXT, ""),
    Raw: (0, ""),
}

_ARRAYS = (
    P_STRUCT_ARRAY
    | P_STRUCT_ARRAY_UNION
    | P_LIST
    | P_SET
    | P_FROZENSET
    | P_VARTUPLE
    | P_FIXTUPLE
    | P_NAMEDTUPLE
)
_MAPS = P_STRUCT | P_STRUCT_UNION | P_TYPEDDICT | P_DATACLASS | P_DICT
_INTS = P_INT | P_INTLITERAL | P_INTENUM
_TEXTS = (
    P_STR
    | P_STRLITERAL
    | P_ENUM
    | P_BYTES
    | P_BYTEARRAY
    | P_MEMORYVIEW
    | P_DATETIME
    | P_DATE
    | P_TIME
    | P_TIMEDELTA
    | P_UUID
    | P_DECIMAL
)


def _several(bits: int) -> bool:
    return bits & (bits - 1) != 0


def is_struct_class(obj: Any) -> bool:
    """Whether an object is a struct type."""
    return isinstance(obj, _native.StructMetaBase)


def plan_of(annotation: Any) -> Plan:
    """The plan of an annotation. Raises TypeError when it is not supported."""
    with _Build() as build:
        plan = build.plan(annotation)
    if build.plain and len(_plain_plans) < _PLAIN_LIMIT and _is_hashable(annotation):
        _plain_plans[annotation] = plan
    return plan


def record_of(annotation: Any) -> Record:
    """The record of a struct type or of an alias of one."""
    with _Build() as build:
        return build.struct(annotation)


class _Build:
    """One analysis: records made on the way are kept when all of it has succeeded."""

    def __init__(self) -> None:
        self.made: dict[int, tuple[Any, Record, str]] = {}
        self.unions: dict[Any, Lookup] = {}
        self.plain = True

    def __enter__(self) -> _Build:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            return
        kept: list[Any] = []
        try:
            for owner, record, _ in self.made.values():
                if _keep(owner, record):
                    kept.append(owner)
        except BaseException:
            for owner in kept:
                _forget(owner)
            raise
        for structs, lookup in self.unions.items():
            while len(_struct_lookup_cache) >= _UNION_LIMIT:
                _struct_lookup_cache.pop(next(iter(_struct_lookup_cache)), None)
            _struct_lookup_cache[structs] = lookup

    def plan(self, annotation: Any) -> Plan:
        try:
            return _Collector(self, annotation).plan()
        except RecursionError:
            raise RecursionError(
                "maximum recursion depth exceeded while analyzing a type"
            ) from None

    def _record(self, owner: Any, kind: str) -> tuple[Record, bool]:
        """The record of a class or alias, and whether it is new and has to be filled."""
        started = self.made.get(id(owner))
        if started is not None:
            if started[2] != kind:
                raise RuntimeError(f"{owner!r}.{_CACHE} has been overwritten")
            return started[1], False
        kept = _kept(owner, Record)
        if kept is not None:
            return kept, False
        cls = owner if isinstance(owner, type) else owner.__origin__
        record = Record(cls)
        self.made[id(owner)] = (owner, record, kind)
        return record, True

    def struct(self, owner: Any) -> Record:
        cls = owner if is_struct_class(owner) else owner.__origin__
        if not hasattr(cls, "__struct_fields__"):
            raise ValueError(
                f"Type `{cls!r}` isn't fully defined, and can't be used in any "
                "`Decoder`/`decode` operations. This commonly happens when trying to use the "
                "struct type within an `__init_subclass__` method. If you believe what you're "
                "trying to do should work, please raise an issue on GitHub."
            )
        record, new = self._record(owner, "struct")
        if new:
            hints = get_class_annotations(owner)
            fields = []
            for name, encoded in zip(
                cls.__struct_fields__, cls.__struct_encode_fields__, strict=True
            ):
                if name not in hints:
                    raise TypeError(f"{owner!r}.__annotations__ miss {name!r}")
                fields.append((encoded, self.plan(hints[name]), False, False))
            record.fill(fields, cls.__struct_defaults__, None, None)
        return record

    def typed_dict(self, owner: Any) -> Record:
        record, new = self._record(owner, "TypedDict")
        if new:
            hints, required = get_typeddict_info(owner)
            fields = [
                (name, self.plan(kind), name in required, False) for name, kind in hints.items()
            ]
            record.fill(fields, (), None, None)
        return record

    def dataclass(self, owner: Any) -> Record:
        record, new = self._record(owner, "dataclass")
        if new:
            _, given, defaults, before, after = get_dataclass_info(owner)
            fields = [(name, self.plan(kind), False, factory) for name, kind, factory in given]
            record.fill(fields, defaults, before, after)
        return record

    def named_tuple(self, owner: Any) -> Record:
        record, new = self._record(owner, "NamedTuple")
        if new:
            cls: Any = record.type
            hints = get_class_annotations(owner)
            defaults = cls._field_defaults
            fields = [(name, self.plan(hints.get(name, Any)), False, False) for name in cls._fields]
            values = tuple(defaults[name] for name in cls._fields if name in defaults)
            record.fill(fields, values, None, None)
        return record


def _holder(owner: Any) -> Any:
    """Where something is kept for a class or alias: only what is its own counts."""
    return getattr(owner, "__dict__", {})


def _kept(owner: Any, kind: type) -> Any:
    if is_struct_class(owner):
        return _native.struct_info(owner)
    holder = _holder(owner)
    if _CACHE not in holder:
        return None
    found = holder[_CACHE]
    if type(found) is not kind:
        raise RuntimeError(f"{owner!r}.{_CACHE} has been overwritten")
    return found


def _keep(owner: Any, info: Any) -> bool:
    """Keeps what a class or alias is; False when another thread has meanwhile."""
    if _kept(owner, type(info)) is not None:
        return False
    if is_struct_class(owner):
        _native.struct_info(owner, info)
    else:
        setattr(owner, _CACHE, info)
    return True


def _forget(owner: Any) -> None:
    if is_struct_class(owner):
        _native.struct_info(owner, None)
    else:
        delattr(owner, _CACHE)


class _Constraints:
    """What the Meta objects around one type say, each at most once."""

    NAMES = (
        "gt", "ge", "lt", "le", "multiple_of", "regex", "min_length", "max_length", "tz",
    )  # fmt: skip

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}

    def add(self, meta: Meta, annotation: Any) -> None:
        for name in self.NAMES:
            value = getattr(meta, name)
            if value is None:
                continue
            if name in self.given:
                shown = "pattern" if name == "regex" else name
                raise TypeError(
                    f"Multiple `Meta` annotations setting `{shown}` found, "
                    f"type `{annotation!r}` is invalid"
                )
            self.given[name] = value
        for one, other in (("gt", "ge"), ("lt", "le")):
            if one in self.given and other in self.given:
                raise TypeError(
                    f"Cannot set both `{one}` and `{other}` on the same annotated type, "
                    f"type `{annotation!r}` is invalid"
                )

    def check(self, kind: str, annotation: Any) -> None:
        """Refuses what does not constrain a type of that kind."""
        for name in self.given:
            if name in ("gt", "ge", "lt", "le", "multiple_of"):
                fits, wanted = kind in ("int", "float"), "numeric"
            elif name == "regex":
                fits, wanted = kind == "str", "str"
            elif name == "tz":
                fits, wanted = kind == "time", "datetime or time"
            else:
                fits = kind in ("str", "bytes", "array", "map")
                wanted = "str, bytes, or collection"
            if not fits:
                shown = "pattern" if name == "regex" else name
                raise TypeError(
                    f"Can only set `{shown}` on a {wanted} type - type `{annotation!r}` is invalid"
                )


def _whole_bound(value: Any, step: int) -> int:
    """A bound of integers that is allowed itself: `step` leads away from one that is not."""
    if type(value) is float:
        raise TypeError("Integer bounds constraints (`ge`, `le`, ...) must be integers")
    if not -(2**63) <= value < 2**63:
        raise ValueError(
            "Integer bounds constraints (`ge`, `le`, ...) that don't fit in an int64 are "
            "currently not supported. If you need this feature, please open an issue on GitHub"
        )
    if step == -1 and value == -(2**63):
        raise ValueError("lt <= -2**63 is not supported")
    if step == 1 and value == 2**63 - 1:
        raise ValueError("gt >= 2**63 - 1 is not supported")
    return int(value + step)


def _next_float(value: float, towards: float) -> float:
    if sys.version_info >= (3, 9) and hasattr(math, "nextafter"):
        return math.nextafter(value, towards)
    return value


class _Collector:
    """All types at one place of an annotation: those of a union are collected together."""

    def __init__(self, build: _Build, context: Any) -> None:
        self.build = build
        self.context = context
        self.types = 0
        self.details: dict[str, Any] = {}
        self.structs: list[Any] = []
        self.enums: dict[int, Any] = {}
        self.literals: list[Any] = []
        self.custom: Any = None
        self.array: Any = _NOTHING
        self.mapping: tuple[Any, Any] | None = None
        self.keyed: dict[int, Any] = {}

    # -- the result

    def plan(self) -> Plan:
        self.add(self.context)
        self._take_literals()
        self._take_structs()
        self._check()
        self._take_parts()
        if self.types & (P_CUSTOM | P_CUSTOM_GENERIC):
            self.types |= P_ANY
            self.details["custom"] = self.custom
        return Plan(self.types, self.details)

    def _take_parts(self) -> None:
        plan = self.build.plan
        details = self.details
        for bit, cls in self.enums.items():
            details["ints" if bit == P_INTENUM else "texts"] = _enum_lookup(cls, bit == P_INTENUM)
        if self.mapping is not None:
            details["key"] = plan(self.mapping[0])
            details["value"] = plan(self.mapping[1])
        if self.types & P_FIXTUPLE:
            details["items"] = tuple(plan(each) for each in self.array)
        elif self.types & (P_LIST | P_SET | P_FROZENSET | P_VARTUPLE):
            details["item"] = plan(self.array)
        for bit, owner in self.keyed.items():
            if bit == P_TYPEDDICT:
                details["keyed"] = self.build.typed_dict(owner)
            elif bit == P_DATACLASS:
                details["keyed"] = self.build.dataclass(owner)
            else:
                details["named"] = self.build.named_tuple(owner)

    # -- collecting

    def add(self, annotation: Any) -> None:
        if self.types & P_ANY:
            return
        constraints = _Constraints()
        t, origin, args = _unwrap(annotation, constraints)
        kind = self._add_type(t, origin, args)
        constraints.check(kind, annotation)
        if constraints.given:
            self.build.plain = False
            self._constrain(kind, constraints.given)

    def _add_type(self, t: Any, origin: Any, args: Any) -> str:
        """Adds one type without its constraints; the kind of constraints it takes."""
        if t is Any:
            self.__init__(self.build, self.context)  # type: ignore[misc]
            self.types = P_ANY
            return ""
        scalar = _SCALARS.get(t) if _is_hashable(t) else None
        if scalar is not None:
            self.types |= scalar[0]
            return scalar[1]
        if not any(origin is each for each in (dict, list, set, frozenset, tuple, Union)):
            self.build.plain = False
        if type(t) is TypeVar:
            self._add_variable(t)
            return ""
        if is_struct_class(t) or is_struct_class(origin):
            t = _canonical(t, origin, args)
            if t not in self.structs:
                self.structs.append(t)
            return ""
        if isinstance(t, enum.EnumMeta):
            self._add_enum(t)
            return ""
        if origin is dict:
            _need_args(t, args, 2)
            self._add_mapping(P_DICT, args or (Any, Any))
            return "map"
        if origin in (list, set, frozenset):
            _need_args(t, args, 1)
            bit = {list: P_LIST, set: P_SET, frozenset: P_FROZENSET}[origin]
            self._add_array(bit, args[0] if args else Any)
            return "array"
        if origin is tuple:
            return self._add_tuple(args)
        if origin is Union:
            for each in args:
                if each is not UnsetType:
                    self.add(each)
            return ""
        if origin is Literal:
            self.literals.append(_canonical(t, origin, args))
            return ""
        return self._add_class(t, origin, args)

    def _add_class(self, t: Any, origin: Any, args: Any) -> str:
        for bit, test, name in (
            (P_TYPEDDICT, _is_typed_dict, "TypedDict"),
            (P_NAMEDTUPLE, _is_named_tuple, "NamedTuple"),
            (P_DATACLASS, _is_dataclass, "dataclass or attrs"),
        ):
            if test(t) or (origin is not None and test(origin)):
                if bit in self.keyed:
                    self._refuse_second(name)
                self.types |= bit
                self.keyed[bit] = _canonical(t, origin, args)
                return ""
        if not isinstance(t if origin is None else origin, type):
            raise TypeError(f"Type '{t!r}' is not supported")
        if self.custom is not None:
            self._refuse_second("custom")
        self.types |= P_CUSTOM if origin is None else P_CUSTOM_GENERIC
        self.custom = t
        return ""

    def _add_variable(self, variable: Any) -> None:
        if variable.__bound__ is not None:
            self.add(variable.__bound__)
        elif variable.__constraints__:
            raise TypeError(
                f"Unbound TypeVar `{variable!r}` has constraints "
                f"`{variable.__constraints__!r}` - constraints are currently unsupported. If "
                "possible, either explicitly bind the parameter, or use `bound` instead of "
                "constraints."
            )
        else:
            self.add(Any)

    def _add_enum(self, cls: Any) -> None:
        if issubclass(cls, int):
            bit = P_INTENUM
        elif issubclass(cls, str):
            bit = P_ENUM
        else:
            members = cls._value2member_map_
            if not isinstance(members, dict):
                raise RuntimeError("Expected _value2member_map_ to be a dict")
            kinds = {type(each) for each in members}
            if kinds <= {int}:
                bit = P_INTENUM
            elif kinds == {str}:
                bit = P_ENUM
            else:
                raise TypeError(
                    "Enums must contain either all str or all int values - "
                    f"type `{self.context!r}` is not supported"
                )
        if bit in self.enums:
            self._refuse_second("int enum" if bit == P_INTENUM else "str enum")
        self.types |= bit
        self.enums[bit] = cls

    def _add_mapping(self, bit: int, args: Any) -> None:
        if self.mapping is not None:
            self._refuse_second("dict")
        self.types |= bit
        self.mapping = (args[0], args[1])

    def _add_array(self, bit: int, items: Any) -> None:
        if self.array is not _NOTHING:
            self._refuse_second("array-like (list, set, tuple)")
        self.types |= bit
        self.array = items

    def _add_tuple(self, args: Any) -> str:
        if args is None:
            self._add_array(P_VARTUPLE, Any)
            return "array"
        if len(args) == 2 and args[1] is ...:
            self._add_array(P_VARTUPLE, args[0])
            return "array"
        # typing.Tuple[()] has had an empty tuple as its one argument.
        self._add_array(P_FIXTUPLE, () if args == ((),) else args)
        return ""

    def _refuse_second(self, kind: str) -> None:
        raise TypeError(
            f"Type unions may not contain more than one {kind} type - "
            f"type `{self.context!r}` is not supported"
        )

    # -- what is decided once all types are known

    def _take_literals(self) -> None:
        if not self.literals:
            return
        alone = self.literals[0] if len(self.literals) == 1 else None
        info = None if alone is None else _kept(alone, _LiteralInfo)
        if info is None:
            info = _LiteralInfo(self.literals)
            if alone is not None:
                _keep(alone, info)
        self.types |= info.types
        if info.ints is not None and not self.types & P_INT:
            self.types |= P_INTLITERAL
            self.details["ints"] = info.ints
        if info.texts is not None and not self.types & P_STR:
            self.types |= P_STRLITERAL
            self.details["texts"] = info.texts

    def _take_structs(self) -> None:
        if not self.structs:
            return
        if len(self.structs) == 1:
            record = self.build.struct(self.structs[0])
            self.details["record"] = record
            cls: Any = record.type
            array = cls.__struct_config__.array_like
            self.types |= P_STRUCT_ARRAY if array else P_STRUCT
            return
        key = frozenset(self.structs)
        lookup = _struct_lookup_cache.get(key) or self.build.unions.get(key)
        if lookup is None:
            lookup = self._union_lookup()
            lookup = self.build.unions.setdefault(key, lookup)
        self.details["record"] = lookup
        self.types |= P_STRUCT_ARRAY_UNION if lookup.array_like else P_STRUCT_UNION

    def _union_lookup(self) -> Lookup:
        values: dict[Any, Record] = {}
        first: tuple[Any, ...] | None = None
        for each in self.structs:
            record = self.build.struct(each)
            cls: Any = record.type
            tag_field, tag = _native.struct_config(cls)[1], _native.struct_config(cls)[5]
            array = cls.__struct_config__.array_like
            if tag is None:
                self._refuse_union(
                    "all Struct types must be tagged (via `tag` or `tag_field` kwarg)"
                )
            this = (array, type(tag), tag_field)
            first = first or this
            if first[0] != this[0]:
                raise TypeError(
                    "Type unions may not contain Struct types with `array_like=True` and "
                    f"`array_like=False` - type `{self.context!r}` is not supported"
                )
            if first[1] is not this[1]:
                raise TypeError(
                    "Type unions may not contain Struct types with both `int` and `str` tags - "
                    f"type `{self.context!r}` is not supported"
                )
            if first[2] != this[2]:
                self._refuse_union("all Struct types must have the same `tag_field`")
            if tag in values:
                self._refuse_union("all Struct types must have unique `tag` values")
            values[tag] = record
        assert first is not None
        return Lookup(values, None, first[2], first[0])

    def _refuse_union(self, rule: str) -> None:
        raise TypeError(
            f"If a type union contains multiple Struct types, {rule} - "
            f"type `{self.context!r}` is not supported"
        )

    def _check(self) -> None:
        """At most one type for each kind of value in a message."""
        custom = P_CUSTOM | P_CUSTOM_GENERIC
        rule = ""
        if self.types & custom and self.types & ~(custom | P_NONE):
            raise TypeError(
                "Type unions containing a custom type may not contain any additional types other "
                f"than `None` - type `{self.context!r}` is not supported"
            )
        if _several(self.types & _ARRAYS):
            rule = (
                "array-like type (`Struct(array_like=True)`, `list`, `set`, `frozenset`, "
                "`tuple`, `NamedTuple`)"
            )
        elif _several(self.types & _MAPS):
            rule = "dict-like type (`Struct`, `dict`, `TypedDict`, `dataclass`)"
        elif _several(self.types & _INTS):
            rule = "int-like type (`int`, `Enum`, `Literal[int values]`)"
        elif _several(self.types & _TEXTS):
            rule = (
                "str-like type (`str`, `Enum`, `Literal[str values]`, `datetime`, `date`, `time`, "
                "`timedelta`, `uuid`, `decimal`, `bytes`, `bytearray`)"
            )
        if rule:
            raise TypeError(
                f"Type unions may not contain more than one {rule} - "
                f"type `{self.context!r}` is not supported"
            )

    # -- constraints

    def _constrain(self, kind: str, given: dict[str, Any]) -> None:
        if kind == "int":
            self._constrain_integers(given)
        elif kind == "float":
            self._constrain_floats(given)
        elif kind == "time":
            self.types |= P_TZ_AWARE if given["tz"] else P_TZ_NAIVE
        else:
            if "regex" in given:
                self.types |= P_STR_REGEX
                self.details["regex"] = given["regex"]
            least, most = {
                "str": (P_STR_MIN, P_STR_MAX),
                "bytes": (P_BYTES_MIN, P_BYTES_MAX),
                "array": (P_ARRAY_MIN, P_ARRAY_MAX),
                "map": (P_MAP_MIN, P_MAP_MAX),
            }[kind]
            for name, bit, end in (("min_length", least, "min"), ("max_length", most, "max")):
                if name in given:
                    self.types |= bit
                    self.details[f"{kind}_{end}"] = given[name]

    def _constrain_integers(self, given: dict[str, Any]) -> None:
        for name, bit, member, step in (
            ("gt", P_INT_MIN, "int_min", 1),
            ("ge", P_INT_MIN, "int_min", 0),
            ("lt", P_INT_MAX, "int_max", -1),
            ("le", P_INT_MAX, "int_max", 0),
            ("multiple_of", P_INT_MULTIPLE, "int_multiple", 0),
        ):
            if name in given:
                self.types |= bit
                self.details[member] = _whole_bound(given[name], step)

    def _constrain_floats(self, given: dict[str, Any]) -> None:
        for name, bit, member, towards in (
            ("gt", P_FLOAT_GT, "float_min", math.inf),
            ("ge", P_FLOAT_GE, "float_min", None),
            ("lt", P_FLOAT_LT, "float_max", -math.inf),
            ("le", P_FLOAT_LE, "float_max", None),
            ("multiple_of", P_FLOAT_MULTIPLE, "float_multiple", None),
        ):
            if name in given:
                value = float(given[name])
                self.types |= bit
                self.details[member] = value if towards is None else _next_float(value, towards)


def _is_hashable(t: Any) -> bool:
    try:
        hash(t)
    except Exception:  # whatever a class of the program raises
        return False
    return True


def _unwrap(annotation: Any, constraints: _Constraints) -> tuple[Any, Any, Any]:
    """The type inside Annotated, NewType, Final and aliases; its origin and arguments."""
    t = annotation
    while True:
        if _is_hashable(t) and t in _CONCRETE_TYPES:
            return t, _CONCRETE_TYPES[t], None
        if type(t) is type:
            return t, None, None
        origin = getattr(t, "__origin__", None)
        if origin is None:
            if hasattr(t, "__supertype__"):
                t = t.__supertype__
            elif _TypeAliasType is not None and type(t) is _TypeAliasType:
                t = t.__value__
            elif type(t) is _UnionType:
                return t, Union, t.__args__
            else:
                return t, None, None
            continue
        if type(t) is _AnnotatedAlias:
            for each in t.__metadata__:
                if type(each) is Meta:
                    constraints.add(each, annotation)
            t = origin
            continue
        args = getattr(t, "__args__", None)
        if args is not None:
            if not isinstance(args, tuple):
                raise TypeError("__args__ must be a tuple")
            if origin is Final:
                t = args[0]
                continue
            if _TypeAliasType is not None and type(origin) is _TypeAliasType:
                t = origin.__value__[args]
                continue
        if _is_hashable(origin):
            origin = _CONCRETE_TYPES.get(origin, origin)
        if type(t) is _UnionType:
            origin = Union
        return t, origin, args


def _canonical(t: Any, origin: Any, args: Any) -> Any:
    """An alias on which something can be kept."""
    return convert_generic_alias(origin, args) if type(t) is types.GenericAlias else t


def _need_args(t: Any, args: Any, count: int) -> None:
    if args is not None and len(args) != count:
        raise TypeError(f"Type '{t!r}' is not supported")


def _is_typed_dict(t: Any) -> bool:
    return isinstance(t, type) and issubclass(t, dict) and hasattr(t, "__total__")


def _is_named_tuple(t: Any) -> bool:
    return (
        isinstance(t, type)
        and issubclass(t, tuple)
        and type(getattr(t, "_fields", None)) is tuple
        and type(getattr(t, "_field_defaults", None)) is dict
    )


def _is_dataclass(t: Any) -> bool:
    return isinstance(t, type) and (
        hasattr(t, "__dataclass_fields__") or hasattr(t, "__attrs_attrs__")
    )


class _LiteralInfo:
    """The values of a Literal, by kind."""

    __slots__ = ("ints", "texts", "types")

    def __init__(self, literals: list[Any]) -> None:
        self.types = 0
        ints: dict[int, int] = {}
        texts: dict[str, str] = {}
        for literal in literals:
            self._add(literal, ints, texts)
        _check_range(ints)
        self.ints = Lookup(ints, None, None, False) if ints else None
        self.texts = Lookup(texts, None, None, False) if texts else None

    def _add(self, literal: Any, ints: dict[int, int], texts: dict[str, str]) -> None:
        if not literal.__args__:
            raise TypeError(f"Literal types must have at least one item, {literal!r} is invalid")
        for each in literal.__args__:
            if each is None or each is type(None):
                self.types |= P_NONE
            elif type(each) is bool:
                self.types |= P_TRUE if each else P_FALSE
            elif type(each) is int:
                ints[each] = each
            elif type(each) is str:
                texts[each] = each
            elif getattr(each, "__origin__", None) is Literal:
                self._add(each, ints, texts)
            else:
                raise TypeError(
                    "Literal may only contain None/booleans/integers/strings - "
                    f"{literal!r} is not supported"
                )


def _check_range(values: Any) -> None:
    if any(each >= 2**63 or each < -(2**63) for each in values):
        raise NotImplementedError(
            "Integer values > (2**63 - 1) are not currently supported for Enum/Literal/integer "
            "tags. If you need this feature, please open an issue on GitHub."
        )


def _enum_lookup(cls: Any, is_int: bool) -> Lookup:
    kept: Lookup | None = _kept(cls, Lookup)
    if kept is not None:
        return kept
    members = dict(cls._value2member_map_)
    if not members:
        raise TypeError(f"Enum types must have at least one item, {cls!r} is invalid")
    if is_int:
        _check_range(members)
    elif not all(isinstance(each, str) for each in members):
        raise RuntimeError("Enum values must be strings")
    lookup = Lookup(members, cls, None, False)
    _keep(cls, lookup)
    return lookup


_BUILTIN = {
    bytes: P_BYTES,
    bytearray: P_BYTEARRAY,
    memoryview: P_MEMORYVIEW,
    datetime.datetime: P_DATETIME,
    datetime.time: P_TIME,
    datetime.date: P_DATE,
    datetime.timedelta: P_TIMEDELTA,
    uuid.UUID: P_UUID,
    decimal.Decimal: P_DECIMAL,
}


def builtin_bits(types: Any, others: bool = False) -> Any:
    """The types that pass through as they are, as bits; with those that have none if asked."""
    bits = 0
    rest = []
    try:
        given = tuple(types)
    except TypeError:
        raise TypeError("builtin_types must be an iterable of types") from None
    for each in given:
        if not isinstance(each, type):
            raise TypeError("builtin_types must be an iterable of types")
        if each in _BUILTIN:
            bits |= _BUILTIN[each]
        elif others:
            rest.append(each)
        else:
            raise TypeError(f"Cannot treat {each!r} as a builtin type")
    return (bits, tuple(rest)) if others else bits


# By minutes east of UTC: below a day either way, so there are not many.
_zones: dict[int, datetime.timezone] = {}


def timezone_of(minutes: int) -> datetime.timezone:
    """The zone so far east of UTC; the same object each time."""
    found = _zones.get(minutes)
    if found is None:
        zone = datetime.timezone(datetime.timedelta(minutes=minutes))
        found = _zones.setdefault(minutes, zone)
    return found
