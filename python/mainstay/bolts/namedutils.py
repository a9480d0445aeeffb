"""Sequences with named items: `namedtuple`, and `namedlist`, which can be changed.

Both return a new class. Its objects are plain tuples and lists otherwise.
"""

from __future__ import annotations

import collections
import sys
from collections import OrderedDict
from collections.abc import Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["namedlist", "namedtuple"]

_make_tuple: Any = collections.namedtuple


def _as_dict(self: Any) -> OrderedDict[str, Any]:
    """The items by name, in a new OrderedDict."""
    return OrderedDict(zip(self._fields, self, strict=False))


def _replace(self: Any, /, **kwds: Any) -> Any:
    """A new object with some items replaced."""
    values = {**_as_dict(self), **kwds}
    if len(values) != len(self._fields):
        unknown = [name for name in kwds if name not in self._fields]
        raise ValueError(f"Got unexpected field names: {unknown!r}")
    return self._make(values.values())


def _repr(self: Any) -> str:
    shown = [f"{name}={value!r}" for name, value in zip(self._fields, self, strict=False)]
    return f"{type(self).__name__}({', '.join(shown)})"


def _caller() -> str:
    """The module that asks for a class: pickles find the class there."""
    name: str = sys._getframe(2).f_globals.get("__name__", "__main__")
    return name


def namedtuple(
    typename: str, field_names: str | Iterable[str], verbose: bool = False, rename: bool = False
) -> Any:
    """A subclass of tuple with named items.

    `field_names` are names, or text with names between commas or spaces; `rename` replaces those
    that are not valid by `_0`, `_1`... `verbose` has no effect. Raises `ValueError` for bad names.
    """
    made = _make_tuple(typename, field_names, rename=rename, module=_caller())
    made._asdict = _as_dict
    made._replace = _replace
    made.__repr__ = _repr
    return made


def namedlist(
    typename: str, field_names: str | Iterable[str], verbose: bool = False, rename: bool = False
) -> Any:
    """A subclass of list with named items, which can be set.

    The arguments are those of `namedtuple`.
    """
    module = _caller()
    # Reads the arguments: the same names, the same errors.
    arguments = _make_tuple(typename, field_names, rename=rename, module=module)
    names: tuple[str, ...] = arguments._fields

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        list.__init__(self, arguments(*args, **kwargs))

    def _make(cls: Any, iterable: Iterable[Any]) -> Any:
        """An object from an iterable with all items."""
        return cls(*iterable)

    namespace: dict[str, Any] = {
        "__slots__": (),
        "__doc__": f"{typename}({', '.join(names)})",
        "__module__": module,
        "__init__": __init__,
        "__repr__": _repr,
        "_fields": names,
        "_make": classmethod(_make),
        "_asdict": _as_dict,
        "_replace": _replace,
    }
    namespace.update((name, _item(i)) for i, name in enumerate(names))
    return type(typename, (list,), namespace)


def _item(index: int) -> property:
    """The property of a list for its item at `index`."""

    def get(self: list[Any]) -> Any:
        return self[index]

    def put(self: list[Any], value: Any) -> None:
        self[index] = value

    return property(get, put, doc=f"Alias for field {index}")
