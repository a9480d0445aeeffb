"""Attributes of streams with a key that is an object, so that layers cannot clash.

`stream.extra(SocketAttribute.remote_port)` finds the port below any number of wrapping layers.
"""

from __future__ import annotations

import sys
from typing import TypeVar, final, overload

from ._exceptions import TypedAttributeLookupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

if sys.version_info >= (3, 14):
    from annotationlib import Format, get_annotations

    def _annotated(cls: type) -> Mapping[str, object]:
        # An annotation may name what exists for type checkers only.
        return get_annotations(cls, format=Format.FORWARDREF)

else:
    from inspect import get_annotations as _annotated


T_Attr = TypeVar("T_Attr")
T_Default = TypeVar("T_Default")


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"


undefined = _Undefined()


def typed_attribute() -> Any:
    """A new key, the value of an annotated name in a `TypedAttributeSet`."""
    return object()


class TypedAttributeSet:
    """A class whose public names are keys; each needs an annotation with the value's type."""

    def __init_subclass__(cls) -> None:
        annotated = {name for each in cls.__mro__ for name in _annotated(each)}
        for name in dir(cls):
            if not name.startswith("_") and name not in annotated:
                raise TypeError(f"Attribute {name!r} is missing its type annotation")
        super().__init_subclass__()


class TypedAttributeProvider:
    """An object with typed attributes. Its class overrides `extra_attributes`."""

    @property
    def extra_attributes(self) -> Mapping[T_Attr, Callable[[], T_Attr]]:
        """For each key a function that gets its value.

        A wrapping layer takes the mapping of what it wraps and puts its own keys over it.
        """
        return {}

    @overload
    def extra(self, attribute: T_Attr) -> T_Attr: ...

    @overload
    def extra(self, attribute: T_Attr, default: T_Default) -> T_Attr | T_Default: ...

    @final
    def extra(self, attribute: Any, default: object = undefined) -> object:
        """The value of `attribute`, or `default`; TypedAttributeLookupError without either."""
        # The function is called outside of the look-up: a KeyError of its own must come through.
        getter = self.extra_attributes.get(attribute)
        if getter is not None:
            return getter()
        if default is undefined:
            raise TypedAttributeLookupError("Attribute not found")
        return default
