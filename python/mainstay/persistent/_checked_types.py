"""Collections that check what is put into them: CheckedPVector, CheckedPSet, CheckedPMap.

A class that derives says `__type__` (or `__key_type__` and `__value_type__`), `__invariant__` and
`__serializer__`; it inherits types and invariants of all its bases. Types may be dotted names,
which are looked up when they are needed.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import chain
from types import UnionType
from typing import Any, SupportsIndex, TypeVar, Union, get_origin

from . import _native
from ._native import Evolver as _VectorEvolver
from ._native import _Evolver as _MapEvolver
from ._native import _SetEvolver, shared
from ._pmap import PMap, pmap
from ._pset import PSet, pset
from ._pvector import PythonPVector, pvector

__all__ = [
    "CheckedKeyTypeError",
    "CheckedPMap",
    "CheckedPSet",
    "CheckedPVector",
    "CheckedType",
    "CheckedTypeError",
    "CheckedValueTypeError",
    "InvariantException",
    "get_type",
    "get_types",
    "maybe_parse_many_user_types",
    "maybe_parse_user_type",
    "optional",
    "store_invariants",
    "wrap_invariant",
]

T_co = TypeVar("T_co", covariant=True)
KT = TypeVar("KT")
VT_co = TypeVar("VT_co", covariant=True)


class CheckedType:
    """What all classes that check their contents have in common."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def create(
        cls, source_data: Any, /, _factory_fields: Any = None, ignore_extra: bool = False
    ) -> Any:
        """Make an instance of plain data: lists, sets, dicts."""
        raise NotImplementedError

    @abstractmethod
    def serialize(self, format: Any = None) -> Any:
        """Return plain data again; `format` is handed to the serializers."""
        raise NotImplementedError


def _restore_pickle(cls: Any, data: Any) -> Any:
    return cls.create(data, _factory_fields=set())


class InvariantException(Exception):
    """Invariants that do not hold: `invariant_errors` and `missing_fields`, all of them at once."""

    def __init__(
        self, error_codes: Iterable[Any] = (), missing_fields: Any = (), *args: Any, **kwargs: Any
    ) -> None:
        self.invariant_errors = tuple(e() if callable(e) else e for e in error_codes)
        self.missing_fields = missing_fields
        super().__init__(*args, **kwargs)

    def __str__(self) -> str:
        errors = ", ".join(str(error) for error in self.invariant_errors)
        missing = ", ".join(self.missing_fields)
        return f"{super().__str__()}, invariant_errors=[{errors}], missing_fields=[{missing}]"


class CheckedTypeError(TypeError):
    """Something of a wrong type was to be put into a checked collection."""

    def __init__(
        self,
        source_class: type,
        expected_types: Any,
        actual_type: type,
        actual_value: Any,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source_class = source_class
        self.expected_types = expected_types
        self.actual_type = actual_type
        self.actual_value = actual_value


class CheckedKeyTypeError(CheckedTypeError):
    """A key of a wrong type."""


class CheckedValueTypeError(CheckedTypeError):
    """A value or an element of a wrong type."""


# --- types, as programs spell them

_UNIONS = (Union, UnionType)


def maybe_parse_user_type(t: Any) -> Any:
    """Return the types and dotted names that `t` means: one of them, or an iterable of them.

    An alias such as `list[int]` means its class, `list`.
    """
    if isinstance(t, str):
        return [t]
    origin = get_origin(t)
    if isinstance(origin, type) and origin not in _UNIONS:
        return [origin]
    # The members of an enumeration are no types: the class is meant.
    if isinstance(t, type) and (issubclass(t, Enum) or not isinstance(t, Iterable)):
        return [t]
    if origin is None and isinstance(t, Iterable):
        return tuple(each for part in t for each in maybe_parse_user_type(part))
    raise TypeError(f"Type specifications must be types or strings. Input: {t}")


def maybe_parse_many_user_types(ts: Any) -> Any:
    """Return the types and dotted names in `ts`."""
    return maybe_parse_user_type(ts)


def get_type(typ: Any) -> Any:
    """Return a type, which may be given by its dotted name."""
    if isinstance(typ, type):
        return typ
    module_name, _, class_name = typ.rpartition(".")
    if not module_name:
        raise ValueError(f"the name of a type begins with its module, got {typ!r}")
    return getattr(__import__(module_name, fromlist=[class_name]), class_name)


def get_types(typs: Iterable[Any]) -> list[Any]:
    """Return types, of which some may be given by their dotted names."""
    return [get_type(typ) for typ in typs]


def optional(*typs: Any) -> tuple[Any, ...]:
    """Return these types and that of None, for fields and elements that may be None."""
    return (*typs, type(None))


def _namespaces(
    bases: Iterable[type], seen: set[type] | None = None
) -> Iterator[Mapping[str, Any]]:
    """The namespaces of all bases, each class once, bases behind what derives from them."""
    seen = set() if seen is None else seen
    for cls in bases:
        if cls not in seen:
            seen.add(cls)
            yield cls.__dict__
            yield from _namespaces(cls.__bases__, seen)


def _store_types(dct: dict[str, Any], bases: Iterable[type], stored: str, declared: str) -> None:
    spaces = [dct, *_namespaces(bases)]
    found = maybe_parse_many_user_types([space[declared] for space in spaces if declared in space])
    dct[stored] = tuple(dict.fromkeys(found))


# --- invariants


def verdict(result: Any) -> tuple[Any, Any]:
    """Return what an invariant says as one verdict, (holds, error), also of several."""
    if isinstance(result[0], bool):
        holds, error = result
        return (holds, error)
    failed = tuple(error for holds, error in result if not holds)
    return (not failed, failed)


def wrap_invariant(invariant: Callable[..., Any]) -> Callable[..., Any]:
    """Return `invariant` as a function of one verdict, also where it gives an iterable of them."""

    def check(*args: Any, **kwargs: Any) -> Any:
        return verdict(invariant(*args, **kwargs))

    check.__wrapped__ = invariant  # type: ignore[attr-defined]
    return check


def store_invariants(
    dct: dict[str, Any], bases: Iterable[type], stored: str, declared: str
) -> None:
    """Put the invariants that a class and its bases declare into its namespace."""
    spaces = [dct, *_namespaces(bases)]
    invariants = [space[declared] for space in spaces if declared in space]
    if not all(callable(invariant) for invariant in invariants):
        raise TypeError("Invariants must be callable")
    dct[stored] = tuple(wrap_invariant(invariant) for invariant in invariants)


def _errors(invariants: Iterable[Callable[..., Any]], *args: Any) -> list[Any]:
    verdicts = (invariant(*args) for invariant in invariants)
    return [data for valid, data in verdicts if not valid]


def _check_type(
    value: Any, expected: Any, cls: type, error: type[CheckedTypeError] = CheckedValueTypeError
) -> None:
    if expected and not any(isinstance(value, get_type(t)) for t in expected):
        names = tuple(get_type(t).__name__ for t in expected)
        message = f"Type {cls.__name__} can only be used with {names}, not {type(value).__name__}"
        raise error(cls, expected, type(value), value, message)


def _checked_among(types: Iterable[Any]) -> Any:
    return next((t for t in types if issubclass(t, CheckedType)), None)


def _convert(value: Any, types: list[Any], checked: Any, ignore_extra: bool) -> Any:
    """`value`, made an instance of the checked type among `types` if it is of none of them."""
    if checked is None or isinstance(value, tuple(types)):
        return value
    return checked.create(value, ignore_extra=ignore_extra)


def _create(cls: Any, source_data: Any, ignore_extra: bool) -> Any:
    if isinstance(source_data, cls):
        return source_data
    types = get_types(cls._checked_types)
    checked = _checked_among(types)
    if checked is None:
        return cls(source_data)
    return cls([_convert(data, types, checked, ignore_extra) for data in source_data])


def _of_class(evolver: Any, made: Any) -> Any:
    """What a native evolver gave, as an object of the class that its evolver is for, unchecked."""
    if type(made) is not evolver._cls:
        made = shared(evolver._cls, made)
        evolver._rebase(made)
    return made


class _CheckedTypeMeta(ABCMeta):
    def __new__(
        mcs, name: str, bases: tuple[type, ...], dct: dict[str, Any], **kwargs: Any
    ) -> _CheckedTypeMeta:
        _store_types(dct, bases, "_checked_types", "__type__")
        store_invariants(dct, bases, "_checked_invariants", "__invariant__")

        def default_serializer(self: Any, _: Any, value: Any) -> Any:
            return value.serialize() if isinstance(value, CheckedType) else value

        dct.setdefault("__serializer__", default_serializer)
        dct["__slots__"] = ()
        return super().__new__(mcs, name, bases, dct, **kwargs)


class CheckedPVector(PythonPVector[T_co], CheckedType, metaclass=_CheckedTypeMeta):
    """A PVector whose elements are of `__type__` and fulfil `__invariant__`."""

    __slots__ = ()
    _checked_types: Any
    _checked_invariants: Any
    __serializer__: Any

    def __new__(cls, initial: Iterable[Any] = ()) -> Any:
        return CheckedPVector.Evolver(cls, pvector()).extend(initial).persistent()

    def set(self, i: SupportsIndex, val: Any) -> Any:
        return self.evolver().set(i, val).persistent()

    def append(self, val: Any) -> Any:
        return self.evolver().append(val).persistent()

    def extend(self, it: Iterable[Any]) -> Any:
        return self.evolver().extend(it).persistent()

    def insert(self, i: SupportsIndex, val: Any) -> Any:
        return type(self)(super().insert(i, val))

    @classmethod
    def create(
        cls, source_data: Any, _factory_fields: Any = None, ignore_extra: bool = False
    ) -> Any:
        """Make an instance of plain data; elements of a type that checks its contents too."""
        return _create(cls, source_data, ignore_extra)

    def serialize(self, format: Any = None) -> Any:
        return [self.__serializer__(format, each) for each in self]

    def __reduce__(self) -> Any:
        return _restore_pickle, (type(self), list(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tolist()})"

    __str__ = __repr__

    def evolver(self) -> Any:
        return CheckedPVector.Evolver(type(self), self)

    class Evolver(_VectorEvolver[Any]):
        """Checks types at once, invariants when the vector is wanted: what was mended is fine."""

        __slots__ = ("_cls", "_refused")
        _cls: Any
        _refused: list[tuple[Any, Any]]

        def __new__(cls, destination_class: Any, vector: Any) -> Any:
            self = super().__new__(cls, vector)
            self._cls = destination_class
            self._refused = []
            return self

        def _check(self, value: Any) -> Any:
            _check_type(value, self._cls._checked_types, self._cls)
            errors = _errors(self._cls._checked_invariants, value)
            self._refused.extend((value, error) for error in errors)
            return value

        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key, self._check(value))

        def append(self, element: Any) -> Any:
            return super().append(self._check(element))

        def extend(self, iterable: Iterable[Any]) -> Any:
            return super().extend([self._check(each) for each in iterable])

        def _provisional(self) -> Any:
            return _of_class(self, super().persistent())

        def persistent(self) -> Any:
            made = self._provisional()
            if self._refused:
                there = {id(each) for each in made}
                self._refused = [pair for pair in self._refused if id(pair[0]) in there]
                if self._refused:
                    raise InvariantException(error_codes=[error for _, error in self._refused])
            return made


class CheckedPSet(PSet[T_co], CheckedType, metaclass=_CheckedTypeMeta):
    """A PSet whose elements are of `__type__` and fulfil `__invariant__`."""

    __slots__ = ()
    _checked_types: Any
    _checked_invariants: Any
    __serializer__: Any

    def __new__(cls, initial: Iterable[Any] = ()) -> Any:
        evolver = CheckedPSet.Evolver(cls, pset())
        for each in initial:
            evolver.add(each)
        return evolver.persistent()

    def __repr__(self) -> str:
        return type(self).__name__ + super().__repr__()[4:]

    __str__ = __repr__

    def serialize(self, format: Any = None) -> Any:
        return {self.__serializer__(format, each) for each in self}

    @classmethod
    def create(
        cls, source_data: Any, _factory_fields: Any = None, ignore_extra: bool = False
    ) -> Any:
        """Make an instance of plain data; elements of a type that checks its contents too."""
        return _create(cls, source_data, ignore_extra)

    def __reduce__(self) -> Any:
        return _restore_pickle, (type(self), list(self))

    def evolver(self) -> Any:
        return CheckedPSet.Evolver(type(self), self)

    class Evolver(_SetEvolver[Any]):
        """Checks types at once, invariants when the set is wanted: what was mended is fine."""

        __slots__ = ("_cls", "_refused")
        _cls: Any
        _refused: dict[Any, list[Any]]

        def __new__(cls, destination_class: Any, original_set: Any) -> Any:
            self = super().__new__(cls, original_set)
            self._cls = destination_class
            self._refused = {}
            return self

        def add(self, element: Any) -> Any:
            _check_type(element, self._cls._checked_types, self._cls)
            if errors := _errors(self._cls._checked_invariants, element):
                self._refused[element] = errors
            return super().add(element)

        def remove(self, element: Any) -> Any:
            super().remove(element)
            self._refused.pop(element, None)
            return self

        def _provisional(self) -> Any:
            return _of_class(self, super().persistent())

        def persistent(self) -> Any:
            made = self._provisional()
            if self._refused:
                raise InvariantException(chain.from_iterable(self._refused.values()))
            return made


class _CheckedMapTypeMeta(type):
    def __new__(
        mcs, name: str, bases: tuple[type, ...], dct: dict[str, Any], **kwargs: Any
    ) -> _CheckedMapTypeMeta:
        _store_types(dct, bases, "_checked_key_types", "__key_type__")
        _store_types(dct, bases, "_checked_value_types", "__value_type__")
        store_invariants(dct, bases, "_checked_invariants", "__invariant__")

        def default_serializer(self: Any, _: Any, key: Any, value: Any) -> Any:
            pair = (key, value)
            return tuple(x.serialize() if isinstance(x, CheckedType) else x for x in pair)

        dct.setdefault("__serializer__", default_serializer)
        dct["__slots__"] = ()
        return super().__new__(mcs, name, bases, dct, **kwargs)


# The native PMap is no abstract class; only its stub has to say that it is a Mapping.
class CheckedPMap(  # pyright: ignore[reportGeneralTypeIssues]
    PMap[KT, VT_co], CheckedType, metaclass=_CheckedMapTypeMeta
):
    """A PMap of `__key_type__` to `__value_type__` whose items fulfil `__invariant__`."""

    __slots__ = ()
    _checked_key_types: Any
    _checked_value_types: Any
    _checked_invariants: Any
    __serializer__: Any

    def __new__(cls, initial: Any = {}) -> Any:  # noqa: B006 - it is not changed
        evolver = CheckedPMap.Evolver(cls, pmap())
        for key, value in initial.items():
            evolver.set(key, value)
        return evolver.persistent()

    def evolver(self) -> Any:
        return CheckedPMap.Evolver(type(self), self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)})"

    __str__ = __repr__

    def serialize(self, format: Any = None) -> Any:
        return dict(self.__serializer__(format, key, value) for key, value in self.items())

    @classmethod
    def create(
        cls, source_data: Any, _factory_fields: Any = None, ignore_extra: bool = False
    ) -> Any:
        if isinstance(source_data, cls):
            return source_data
        key_types, value_types = (
            get_types(cls._checked_key_types),
            get_types(cls._checked_value_types),
        )
        key, value = _checked_among(key_types), _checked_among(value_types)
        if key is None and value is None:
            return cls(source_data)
        return cls(
            {
                _convert(k, key_types, key, ignore_extra): _convert(
                    v, value_types, value, ignore_extra
                )
                for k, v in source_data.items()
            }
        )

    def __reduce__(self) -> Any:
        return _restore_pickle, (type(self), dict(self))

    class Evolver(_MapEvolver[Any, Any]):
        """Checks types at once, invariants when the map is wanted: what was mended is fine."""

        __slots__ = ("_cls", "_refused")
        _cls: Any
        _refused: dict[Any, list[Any]]

        def __new__(cls, destination_class: Any, original_map: Any) -> Any:
            self = super().__new__(cls, original_map)
            self._cls = destination_class
            self._refused = {}
            return self

        def set(self, key: Any, val: Any) -> Any:
            cls = self._cls
            _check_type(key, cls._checked_key_types, cls, CheckedKeyTypeError)
            _check_type(val, cls._checked_value_types, cls)
            errors = _errors(cls._checked_invariants, key, val)
            super().set(key, val)
            self._refused.pop(key, None)
            if errors:
                self._refused[key] = errors
            return self

        def remove(self, key: Any) -> Any:
            super().remove(key)
            self._refused.pop(key, None)
            return self

        def _provisional(self) -> Any:
            return _of_class(self, super().persistent())

        def persistent(self) -> Any:
            made = self._provisional()
            if self._refused:
                raise InvariantException(chain.from_iterable(self._refused.values()))
            return made


_native.provide(InvariantException=InvariantException, get_types=get_types, verdict=verdict)
