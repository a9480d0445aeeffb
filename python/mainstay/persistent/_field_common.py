"""What PRecord and PClass have in common: field() and its relatives, and how fields are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, overload

from . import _native
from ._checked_types import (
    CheckedPMap,
    CheckedPSet,
    CheckedPVector,
    CheckedType,
    InvariantException,
    _restore_pickle,
    get_type,
    maybe_parse_many_user_types,
    wrap_invariant,
)
from ._checked_types import optional as optional_type
from ._signatures import parameters

__all__ = [
    "PFIELD_NO_FACTORY",
    "PFIELD_NO_INITIAL",
    "PFIELD_NO_INVARIANT",
    "PFIELD_NO_SERIALIZER",
    "PFIELD_NO_TYPE",
    "PTypeError",
    "check_global_invariants",
    "check_type",
    "field",
    "pmap_field",
    "pset_field",
    "pvector_field",
    "serialize",
    "set_fields",
]

T = TypeVar("T")

PFIELD_NO_TYPE: Any = ()
PFIELD_NO_INITIAL: Any = object()


def PFIELD_NO_INVARIANT(_: Any) -> Any:  # noqa: N802 - the peer's name
    """Hold for any value."""
    return (True, None)


def PFIELD_NO_FACTORY(x: Any) -> Any:  # noqa: N802
    """Take the value as it is."""
    return x


def PFIELD_NO_SERIALIZER(_: Any, value: Any) -> Any:  # noqa: N802
    """Give the value as it is."""
    return value


class PTypeError(TypeError):
    """A field was to get a value of a wrong type."""

    def __init__(
        self,
        source_class: type,
        field: str,
        expected_types: Any,
        actual_type: type,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source_class = source_class
        self.field = field
        self.expected_types = expected_types
        self.actual_type = actual_type


class _PField:
    __slots__ = ("_factory", "initial", "invariant", "mandatory", "serializer", "type")

    def __init__(
        self,
        type: Any,
        invariant: Any,
        initial: Any,
        mandatory: bool,
        factory: Any,
        serializer: Any,
    ) -> None:
        self.type = type
        self.invariant = invariant
        self.initial = initial
        self.mandatory = mandatory
        self._factory = factory
        self.serializer = serializer

    @property
    def factory(self) -> Any:
        """The factory; that of the type if there is one type, which checks its contents."""
        if self._factory is PFIELD_NO_FACTORY and len(self.type) == 1:
            (typ,) = self.type
            found = get_type(typ)
            if issubclass(found, CheckedType):
                return found.create
        return self._factory


@overload
def field(
    type: type[T] | Sequence[type[T]],
    invariant: Any = ...,
    initial: Any = ...,
    mandatory: bool = ...,
    factory: Any = ...,
    serializer: Any = ...,
) -> T: ...
@overload
def field(
    type: Any = ...,
    invariant: Any = ...,
    initial: Any = ...,
    mandatory: bool = ...,
    factory: Any = ...,
    serializer: Any = ...,
) -> Any: ...
def field(
    type: Any = PFIELD_NO_TYPE,
    invariant: Any = PFIELD_NO_INVARIANT,
    initial: Any = PFIELD_NO_INITIAL,
    mandatory: bool = False,
    factory: Any = PFIELD_NO_FACTORY,
    serializer: Any = PFIELD_NO_SERIALIZER,
) -> Any:
    """Declare a field of a PRecord or PClass.

    `type` is a type, a dotted name or an iterable of them; `invariant(value)` gives (holds, error);
    `initial` is a value or a function that makes one; `factory` makes a value of what is given;
    `serializer(format, value)` gives plain data.
    """
    types = set(maybe_parse_many_user_types(type))
    if invariant != PFIELD_NO_INVARIANT and callable(invariant):
        invariant = wrap_invariant(invariant)
    made = _PField(types, invariant, initial, mandatory, factory, serializer)
    _check_field_parameters(made)
    return made


def _check_field_parameters(made: _PField) -> None:
    for t in made.type:
        if not isinstance(t, (type, str)):
            raise TypeError(f"Type parameter expected, not {type(t)}")
    initial = made.initial
    is_value = initial is not PFIELD_NO_INITIAL and not callable(initial)
    if is_value and made.type and not any(isinstance(initial, t) for t in made.type):
        raise TypeError(f"Initial has invalid type {type(initial)}")
    for name in ("invariant", "factory", "serializer"):
        if not callable(getattr(made, name)):
            raise TypeError(f"{name.capitalize()} must be callable")


def set_fields(dct: dict[str, Any], bases: Iterable[type], name: str) -> None:
    """Move the fields of a namespace, and those of the bases, into a dict under `name`."""
    fields: dict[str, _PField] = {}
    for base in bases:
        fields.update(base.__dict__.get(name, {}))
    for key, value in list(dct.items()):
        if isinstance(value, _PField):
            fields[key] = value
            del dct[key]
    dct[name] = fields


def check_global_invariants(subject: Any, invariants: Iterable[Callable[..., Any]]) -> None:
    """Raise InvariantException with the errors of all invariants that do not hold."""
    verdicts = (invariant(subject) for invariant in invariants)
    errors = tuple(error for is_ok, error in verdicts if not is_ok)
    if errors:
        raise InvariantException(errors, (), "Global invariant failed")


def serialize(serializer: Any, format: Any, value: Any) -> Any:
    """Return a field's value as plain data."""
    if isinstance(value, CheckedType) and serializer is PFIELD_NO_SERIALIZER:
        return value.serialize(format)
    return serializer(format, value)


def check_type(destination_cls: type, field: _PField, name: str, value: Any) -> None:
    """Raise PTypeError unless the value is of one of the field's types."""
    if field.type and not any(isinstance(value, get_type(t)) for t in field.type):
        actual = type(value)
        message = f"Invalid type for field {destination_cls.__name__}.{name}, was {actual.__name__}"
        raise PTypeError(destination_cls, name, field.type, actual, message)


def make_value(field: _PField, given: Any, ignore_extra: Any) -> Any:
    """Return what the field's factory makes of a value; nested ones may ignore what they lack."""
    factory = field.factory
    if ignore_extra and _takes_ignore_extra(factory):
        return factory(given, ignore_extra=ignore_extra)
    return factory(given)


def _takes_ignore_extra(factory: Callable[..., Any]) -> bool:
    try:
        return "ignore_extra" in parameters(factory)
    except ValueError:  # a built-in that does not say
        return False


_native.provide(
    check_type=check_type,
    make_value=make_value,
    no_factory=PFIELD_NO_FACTORY,
    no_initial=PFIELD_NO_INITIAL,
    no_invariant=PFIELD_NO_INVARIANT,
)


# --- fields of collections
#
# Their classes are made once for each item type: pickles refer to them by it.

SEQ_FIELD_TYPE_SUFFIXES: dict[Any, str] = {CheckedPVector: "PVector", CheckedPSet: "PSet"}
_seq_field_types: dict[Any, Any] = {}
_pmap_field_types: dict[Any, Any] = {}


def _restore_seq_field_pickle(checked_class: Any, item_type: Any, data: Any) -> Any:
    return _restore_pickle(_seq_field_types[checked_class, item_type], data)


def _restore_pmap_field_pickle(key_type: Any, value_type: Any, data: Any) -> Any:
    return _restore_pickle(_pmap_field_types[key_type, value_type], data)


def _types_to_names(types: Iterable[Any]) -> str:
    return "".join(get_type(typ).__name__.capitalize() for typ in types)


def _make_seq_field_type(checked_class: Any, item_type: Any, item_invariant: Any) -> Any:
    known = _seq_field_types.get((checked_class, item_type))
    if known is not None:
        return known

    class TheType(checked_class):  # type: ignore[misc]
        __type__ = item_type
        __invariant__ = item_invariant

        def __reduce__(self) -> Any:
            return _restore_seq_field_pickle, (checked_class, item_type, list(self))

    TheType.__name__ = (
        _types_to_names(TheType._checked_types) + SEQ_FIELD_TYPE_SUFFIXES[checked_class]
    )
    _seq_field_types[checked_class, item_type] = TheType
    return TheType


def _make_pmap_field_type(key_type: Any, value_type: Any) -> Any:
    known = _pmap_field_types.get((key_type, value_type))
    if known is not None:
        return known

    class TheMap(CheckedPMap[Any, Any]):
        __key_type__ = key_type
        __value_type__ = value_type

        def __reduce__(self) -> Any:
            return _restore_pmap_field_pickle, (key_type, value_type, dict(self))

    keys = _types_to_names(TheMap._checked_key_types)
    TheMap.__name__ = f"{keys}To{_types_to_names(TheMap._checked_value_types)}PMap"
    _pmap_field_types[key_type, value_type] = TheMap
    return TheMap


def _collection_field(cls: Any, optional: bool, initial: Any, invariant: Any) -> Any:
    factory = cls.create
    if optional:

        def factory(argument: Any, _factory_fields: Any = None, ignore_extra: bool = False) -> Any:
            if argument is None:
                return None
            return cls.create(argument, _factory_fields=_factory_fields, ignore_extra=ignore_extra)

    return field(
        type=optional_type(cls) if optional else cls,
        factory=factory,
        mandatory=True,
        invariant=invariant,
        initial=factory(initial),
    )


def pset_field(
    item_type: Any,
    optional: bool = False,
    initial: Any = (),
    invariant: Any = PFIELD_NO_INVARIANT,
    item_invariant: Any = PFIELD_NO_INVARIANT,
) -> Any:
    """Declare a field that holds a PSet of elements of a type; None too if it is `optional`."""
    cls = _make_seq_field_type(CheckedPSet, item_type, item_invariant)
    return _collection_field(cls, optional, initial, invariant)


def pvector_field(
    item_type: Any,
    optional: bool = False,
    initial: Any = (),
    invariant: Any = PFIELD_NO_INVARIANT,
    item_invariant: Any = PFIELD_NO_INVARIANT,
) -> Any:
    """Declare a field that holds a PVector of elements of a type; None too if it is `optional`."""
    cls = _make_seq_field_type(CheckedPVector, item_type, item_invariant)
    return _collection_field(cls, optional, initial, invariant)


def pmap_field(
    key_type: Any, value_type: Any, optional: bool = False, invariant: Any = PFIELD_NO_INVARIANT
) -> Any:
    """Declare a field that holds a PMap of keys and values of types; None too if `optional`."""
    cls = _make_pmap_field_type(key_type, value_type)
    return _collection_field(cls, optional, {}, invariant)
