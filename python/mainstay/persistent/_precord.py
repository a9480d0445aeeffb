"""PRecord: a persistent map with a fixed set of fields."""

from __future__ import annotations

from typing import Any

from . import _native
from ._checked_types import (
    CheckedType,
    InvariantException,
    _of_class,
    _restore_pickle,
    store_invariants,
)
from ._field_common import (
    check_global_invariants,
    check_type,
    make_value,
    serialize,
    set_fields,
)
from ._native import _Evolver
from ._pmap import PMap

__all__ = ["PRecord"]


class _PRecordMeta(type):
    _precord_fields: dict[str, Any]
    _precord_invariants: tuple[Any, ...]
    _precord_mandatory_fields: set[str]
    _field_table: Any

    def __new__(
        mcs, name: str, bases: tuple[type, ...], dct: dict[str, Any], **kwargs: Any
    ) -> _PRecordMeta:
        set_fields(dct, bases, name="_precord_fields")
        store_invariants(dct, bases, "_precord_invariants", "__invariant__")
        fields = dct["_precord_fields"]
        dct["_precord_mandatory_fields"] = {k for k, field in fields.items() if field.mandatory}
        dct["__slots__"] = ()
        cls = super().__new__(mcs, name, bases, dct, **kwargs)
        cls._field_table = _native._FieldTable(cls, fields, cls._precord_invariants, False)
        return cls


class PRecord(  # pyright: ignore[reportGeneralTypeIssues]
    _native.PRecordBase, CheckedType, metaclass=_PRecordMeta
):
    """A PMap whose keys are declared by `field()`, with types, invariants and factories.

    All that is wrong with an object is collected and raised once, as InvariantException.
    """

    __slots__ = ()

    _precord_fields: dict[str, Any]
    _precord_invariants: tuple[Any, ...]

    def evolver(self) -> Any:
        """Return a mutable stand-in, for many changes that are checked at once."""
        return _PRecordEvolver(type(self), self)

    def __repr__(self) -> str:
        items = ", ".join(f"{key}={value!r}" for key, value in self.items())
        return f"{type(self).__name__}({items})"

    @classmethod
    def create(cls, kwargs: Any, _factory_fields: Any = None, ignore_extra: bool = False) -> Any:
        """Make a record of a mapping; with `ignore_extra` of those entries that are fields."""
        if isinstance(kwargs, cls):
            return kwargs
        if ignore_extra:
            kwargs = {k: kwargs[k] for k in cls._precord_fields if k in kwargs}
        return cls(_factory_fields=_factory_fields, _ignore_extra=ignore_extra, **kwargs)

    def __reduce__(self) -> Any:
        return _restore_pickle, (type(self), dict(self))

    def serialize(self, format: Any = None) -> Any:
        """Return a dict of plain data."""
        fields = self._precord_fields
        return {k: serialize(fields[k].serializer, format, v) for k, v in self.items()}


class _PRecordEvolver(_Evolver[Any, Any]):
    """Checks types at once; invariants and missing fields when the record is wanted."""

    __slots__ = ("_cls", "_factory_fields", "_ignore_extra", "_refused")

    _cls: Any
    _factory_fields: Any
    _ignore_extra: bool
    _refused: dict[str, tuple[Any, Any]]

    def __new__(
        cls,
        destination: Any,
        original: Any,
        _factory_fields: Any = None,
        _ignore_extra: bool = False,
    ) -> Any:
        self = super().__new__(cls, original)
        self._cls = destination
        self._factory_fields = _factory_fields
        self._ignore_extra = _ignore_extra
        self._refused = {}  # by field: errors, and names of fields that nested objects miss
        return self

    def __setitem__(self, key: Any, val: Any) -> None:
        self.set(key, val)

    def set(self, key: Any, val: Any) -> Any:
        field = self._cls._precord_fields.get(key)
        if field is None:
            raise AttributeError(
                f"'{key}' is not among the specified fields for {self._cls.__name__}"
            )
        value = val
        if self._factory_fields is None or field in self._factory_fields:
            try:
                value = make_value(field, val, self._ignore_extra)
            except InvariantException as error:
                self._refused[key] = (error.invariant_errors, error.missing_fields)
                return self
        check_type(self._cls, field, key, value)
        is_ok, error_code = field.invariant(value)
        super().set(key, value)
        if is_ok:
            self._refused.pop(key, None)
        else:
            self._refused[key] = ((error_code,), ())
        return self

    def remove(self, key: Any) -> Any:
        super().remove(key)
        self._refused.pop(key, None)
        return self

    def _provisional(self) -> Any:
        return _of_class(self, super().persistent())

    def persistent(self) -> Any:
        cls = self._cls
        made = self._provisional()
        errors = tuple(e for refused, _ in self._refused.values() for e in refused)
        missing = tuple(m for _, absent in self._refused.values() for m in absent)
        absent = [name for name in cls._precord_mandatory_fields if name not in made]
        missing += tuple(f"{cls.__name__}.{name}" for name in absent)
        if errors or missing:
            raise InvariantException(errors, missing, "Field invariant failed")
        check_global_invariants(made, cls._precord_invariants)
        return made


_native.provide(record_evolver=PRecord.evolver, map_update=PMap.update)
