"""PClass: an object with a fixed set of fields that never change."""

from __future__ import annotations

from typing import Any

from . import _native
from ._checked_types import CheckedType, _restore_pickle, store_invariants
from ._field_common import serialize, set_fields
from ._transformations import transform

__all__ = ["PClass", "PClassMeta"]

_MISSING: Any = object()


class PClassMeta(type):
    """Makes slots of what a class and its bases declare by `field()`."""

    _pclass_fields: dict[str, Any]
    _pclass_invariants: tuple[Any, ...]
    _field_table: Any

    def __new__(
        mcs, name: str, bases: tuple[type, ...], dct: dict[str, Any], **kwargs: Any
    ) -> PClassMeta:
        set_fields(dct, bases, name="_pclass_fields")
        store_invariants(dct, bases, "_pclass_invariants", "__invariant__")
        # Slots for what no base has one for.
        inherited = {name for base in bases for name in base.__dict__.get("_pclass_fields", ())}
        fields = dct["_pclass_fields"]
        dct["__slots__"] = tuple(name for name in fields if name not in inherited or name in dct)
        cls = super().__new__(mcs, name, bases, dct, **kwargs)
        cls._field_table = _native._FieldTable(cls, fields, cls._pclass_invariants, True)
        return cls


class PClass(_native.PClassBase, CheckedType, metaclass=PClassMeta):
    """An object whose fields are declared by `field()`, with types, invariants and factories.

    All that is wrong with an object is collected and raised once, as InvariantException.
    """

    _pclass_fields: dict[str, Any]
    _pclass_invariants: tuple[Any, ...]

    @classmethod
    def create(cls, kwargs: Any, _factory_fields: Any = None, ignore_extra: bool = False) -> Any:
        """Make an object of a mapping; with `ignore_extra` of those entries that are fields."""
        if isinstance(kwargs, cls):
            return kwargs
        if ignore_extra:
            kwargs = {k: kwargs[k] for k in cls._pclass_fields if k in kwargs}
        return cls(_factory_fields=_factory_fields, ignore_extra=ignore_extra, **kwargs)

    def serialize(self, format: Any = None) -> Any:
        """Return a dict of plain data."""
        fields = self._pclass_fields
        values = self._to_dict().items()
        return {name: serialize(fields[name].serializer, format, value) for name, value in values}

    def transform(self, *transformations: Any) -> Any:
        """transform(path, command, ...): an object that is changed along each path."""
        return transform(self, transformations)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        for name in self._pclass_fields:
            if getattr(self, name, _MISSING) != getattr(other, name, _MISSING):
                return False
        return True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple((name, getattr(self, name, _MISSING)) for name in self._pclass_fields))

    def _to_dict(self) -> dict[str, Any]:
        values = ((name, getattr(self, name, _MISSING)) for name in self._pclass_fields)
        return {name: value for name, value in values if value is not _MISSING}

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self._to_dict().items())
        return f"{type(self).__name__}({values})"

    def __reduce__(self) -> Any:
        return _restore_pickle, (type(self), self._to_dict())

    def evolver(self) -> Any:
        """Return a mutable stand-in, for many changes that are checked at once."""
        return _PClassEvolver(self, self._to_dict())

    def remove(self, name: str) -> Any:
        """Return an object without the field, or raise AttributeError."""
        evolver = self.evolver()
        del evolver[name]
        return evolver.persistent()


def _set_by_call(self: Any, values: dict[str, Any]) -> Any:
    """PClass.set() for a class that makes its objects in a way of its own."""
    return type(self)(_factory_fields=set(values), **{**self._to_dict(), **values})


_native.provide(set_by_call=_set_by_call)


class _PClassEvolver:
    __slots__ = ("_changed", "_data", "_dirty", "_original")

    _changed: set[str]
    _data: dict[str, Any]
    _dirty: bool
    _original: Any

    def __init__(self, original: Any, data: dict[str, Any]) -> None:
        self._original = original
        self._data = data
        self._dirty = False
        self._changed = set()

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def set(self, key: str, value: Any) -> Any:
        if self._data.get(key, _MISSING) is not value:
            self._data[key] = value
            self._changed.add(key)
            self._dirty = True
        return self

    def __setitem__(self, key: str, value: Any) -> None:
        self.set(key, value)

    def remove(self, item: str) -> Any:
        if item not in self._data:
            raise AttributeError(item)
        del self._data[item]
        self._changed.discard(item)
        self._dirty = True
        return self

    def __delitem__(self, item: str) -> None:
        self.remove(item)

    def _provisional(self) -> Any:
        cls = type(self._original)
        own: Any = cls.__new__
        if own is not _native.PClassBase.__new__:
            return self.persistent()  # what the class does itself when it is called cannot wait
        if not self._dirty:
            return self._original
        made = cls._unchecked(self._data, self._changed)
        self._data = made._to_dict()
        self._changed = set()
        return made

    def persistent(self) -> Any:
        if not self._dirty:
            return self._original
        return type(self._original)(_factory_fields=self._changed, **self._data)

    def __setattr__(self, key: str, value: Any) -> None:
        if key in self.__slots__:
            super().__setattr__(key, value)
        else:
            self.set(key, value)

    def __getattr__(self, item: str) -> Any:
        try:
            return self._data[item]
        except KeyError:
            raise AttributeError(item) from None
