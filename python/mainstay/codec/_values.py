"""Small classes of the public names: errors, markers, constraints, extensions."""

from __future__ import annotations

import re
from typing import Any, NoReturn

# Their own `__module__` is where programs find them.
_HOME = "mainstay.codec"


class MsgspecError(Exception):
    """Base class of all errors of this module."""


class EncodeError(MsgspecError):
    """An object cannot be encoded."""


class DecodeError(MsgspecError):
    """A message is malformed."""


class ValidationError(DecodeError):
    """A message is not of the type it was to be; the text says where in it."""


class NoDefaultType:
    """The type of `NODEFAULT`: a field without a default."""

    __slots__ = ()

    def __new__(cls, *args: object, **kwargs: object) -> NoDefaultType:
        if args or kwargs:
            raise TypeError("NoDefaultType takes no arguments")
        return NODEFAULT

    def __repr__(self) -> str:
        return "NODEFAULT"

    def __reduce__(self) -> str:
        return "NODEFAULT"


class UnsetType:
    """The type of `UNSET`.

    A field that may be absent from a message, and shall not be None then, has this type in its
    union and `UNSET` as its default. Encoders leave fields out that are `UNSET`.
    """

    __slots__ = ()

    def __new__(cls, *args: object, **kwargs: object) -> UnsetType:
        if args or kwargs:
            raise TypeError("UnsetType takes no arguments")
        return UNSET

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


NODEFAULT: NoDefaultType = object.__new__(NoDefaultType)
UNSET: UnsetType = object.__new__(UnsetType)


class Field:
    """What `field()` makes: the default of a struct's field, and its name in messages."""

    __slots__ = ("default", "default_factory", "name")

    default: Any
    default_factory: Any
    name: str | None

    def __init__(
        self, *, default: Any = NODEFAULT, default_factory: Any = NODEFAULT, name: str | None = None
    ) -> None:
        if default is not NODEFAULT and default_factory is not NODEFAULT:
            raise TypeError("Cannot set both `default` and `default_factory`")
        if default_factory is not NODEFAULT and not callable(default_factory):
            raise TypeError("default_factory must be callable")
        if name is not None and not isinstance(name, str):
            raise TypeError("name must be a str or None")
        self.default = default
        self.default_factory = default_factory
        self.name = name


def field(
    *, default: Any = NODEFAULT, default_factory: Any = NODEFAULT, name: str | None = None
) -> Any:
    """Configure a field of a struct.

    `default_factory` is called for each instance; `name` is the field's name in messages.
    """
    return Field(default=default, default_factory=default_factory, name=name)


class _Signature:
    """The signature of a class whose constructor refuses arguments in words of its own."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __get__(self, instance: object, owner: object = None) -> Any:
        from inspect import Parameter, Signature

        return Signature([Parameter(each, Parameter.POSITIONAL_ONLY) for each in self.names])


class Ext:
    """An extension of MessagePack: a code from -128 to 127, and its data. Compares by value."""

    __slots__ = ("code", "data")

    code: int
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError("Ext takes no keyword arguments")
        if len(args) != 2:
            raise TypeError(f"Ext expected 2 arguments, got {len(args)}")
        code, data = args
        if type(code) is not int:
            raise TypeError(f"code must be an int, got {type(code).__name__}")
        if not -128 <= code <= 127:
            raise ValueError("code must be an int between -128 and 127")
        if type(data) not in (bytes, bytearray):
            try:
                memoryview(data)
            except TypeError:
                raise TypeError(
                    "data must be a bytes, bytearray, or buffer-like object, got "
                    f"{type(data).__name__}"
                ) from None
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "data", data)

    __signature__ = _Signature("code", "data")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("readonly attribute")

    def __eq__(self, other: object) -> bool:
        if type(other) is not Ext:
            return NotImplemented
        return self.code == other.code and bool(self.data == other.data)

    __hash__: Any = None

    def __reduce__(self) -> tuple[type[Ext], tuple[int, Any]]:
        return Ext, (self.code, self.data)


_META = (
    "gt",
    "ge",
    "lt",
    "le",
    "multiple_of",
    "pattern",
    "min_length",
    "max_length",
    "tz",
    "title",
    "description",
    "examples",
    "extra_json_schema",
    "extra",
)
_SIZE_LIMIT = 2**63


def _need(name: str, value: object, kind: type, wanted: str) -> None:
    if type(value) is not kind:
        raise TypeError(f"`{name}` must be {wanted}, got {type(value).__name__}")


def _check_number(name: str, value: object) -> None:
    if type(value) is int:
        try:
            float(value)
        except OverflowError:
            raise ValueError(
                f"`{name}` is out of range, {value!r} is not representable as a float"
            ) from None
    elif type(value) is float:
        if not -float("inf") < value < float("inf"):
            raise ValueError(f"`{name}` must be finite, {value!r} is not supported")
    else:
        raise TypeError(f"`{name}` must be an int or float, got {type(value).__name__}")
    if name == "multiple_of" and not value > 0:
        raise ValueError(f"`{name}` must be > 0")


def _check_length(name: str, value: object) -> None:
    _need(name, value, int, "an int")
    if not isinstance(value, int) or value >= _SIZE_LIMIT or value < -_SIZE_LIMIT:
        raise ValueError(f"`{name}` is out of range, {value!r} is not a valid length")
    if value < 0:
        raise ValueError(f"`{name}` must be >= 0, got {value!r}")


class Meta:
    """Constraints and annotations of a type, inside `typing.Annotated`.

    Numbers: `gt`, `ge`, `lt`, `le`, `multiple_of`. Texts, bytes and collections: `min_length`,
    `max_length`; texts also `pattern`, which is searched for. Datetimes and times: `tz`. The others
    are for JSON Schemas. Does not change; threads may share it.
    """

    __slots__ = (*_META, "regex")

    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: Any
    pattern: str | None
    min_length: int | None
    max_length: int | None
    tz: bool | None
    title: str | None
    description: str | None
    examples: list[Any] | None
    extra_json_schema: dict[str, Any] | None
    extra: dict[Any, Any] | None
    regex: re.Pattern[str] | None

    def __init__(
        self,
        *,
        gt: Any = None,
        ge: Any = None,
        lt: Any = None,
        le: Any = None,
        multiple_of: Any = None,
        pattern: str | None = None,
        min_length: int | None = None,
        max_length: int | None = None,
        tz: bool | None = None,
        title: str | None = None,
        description: str | None = None,
        examples: list[Any] | None = None,
        extra_json_schema: dict[str, Any] | None = None,
        extra: dict[Any, Any] | None = None,
    ) -> None:
        numbers = {"gt": gt, "ge": ge, "lt": lt, "le": le, "multiple_of": multiple_of}
        for name, number in numbers.items():
            if number is not None:
                _check_number(name, number)
        if pattern is not None:
            _need("pattern", pattern, str, "a str")
        for name, length in (("min_length", min_length), ("max_length", max_length)):
            if length is not None:
                _check_length(name, length)
        if tz is not None:
            _need("tz", tz, bool, "a bool")
        if gt is not None and ge is not None:
            raise ValueError("Cannot specify both `gt` and `ge`")
        if lt is not None and le is not None:
            raise ValueError("Cannot specify both `lt` and `le`")
        others = (pattern, min_length, max_length, tz)
        if any(each is not None for each in numbers.values()) and any(
            each is not None for each in others
        ):
            raise ValueError(
                "Cannot mix numeric constraints (gt, lt, ...) with non-numeric constraints "
                "(pattern, min_length, max_length, tz)"
            )
        for name, text in (("title", title), ("description", description)):
            if text is not None:
                _need(name, text, str, "a str")
        if examples is not None:
            _need("examples", examples, list, "a list")
        for name, mapping in (("extra_json_schema", extra_json_schema), ("extra", extra)):
            if mapping is not None:
                _need(name, mapping, dict, "a dict")
        values = (*numbers.values(), *others, title, description, examples)
        for name, value in zip(_META, (*values, extra_json_schema, extra), strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "regex", None if pattern is None else re.compile(pattern))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("readonly attribute")

    def _given(self) -> list[tuple[str, Any]]:
        pairs = ((name, getattr(self, name)) for name in _META)
        return [(name, value) for name, value in pairs if value is not None]

    def __repr__(self) -> str:
        return f"msgspec.Meta({', '.join(f'{name}={value!r}' for name, value in self._given())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return self._given()

    def __eq__(self, other: object) -> bool:
        if type(other) is not Meta:
            return NotImplemented
        return self is other or self._given() == other._given()

    def __hash__(self) -> int:
        # What may not be hashable does not count.
        return hash(tuple(value for name, value in self._given() if name in _META[:11]))


for _each in (MsgspecError, EncodeError, DecodeError, ValidationError, UnsetType, Meta):
    _each.__module__ = _HOME
Ext.__module__ = "mainstay.codec.msgpack"
