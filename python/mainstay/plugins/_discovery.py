"""Finding hooks on an object without running any of its code.

A plugin, or a namespace of specifications, is a class, a module or any other object. Attributes are
looked up as `inspect.getattr_static` does, so that properties and other descriptors do not run;
only functions, class methods, static methods and bound methods count. For the usual objects that is
a few look-ups in dictionaries; `inspect` itself is imported for unusual ones only.

Knows no project and no option: what a marker wrote is handed out as it is.
"""

from __future__ import annotations

from ._kinds import (
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

__all__ = ["Found", "find_hookable", "marker_options", "scan"]

if TYPE_CHECKING:
    Found = tuple[object, Any]
    """Who carries the marker (the function, or the static or class method around it), and what to
    call, bound the way `getattr` would have bound it."""

_ABSENT: Any = object()
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


def find_hookable(owner: object, name: str) -> Found | None:
    """What `name` on `owner` offers as a hook; None when it is nothing that can be one.

    Runs `owner`'s code in one case only: a class that defines `__dict__` as a property.
    """
    is_class, is_module = isinstance(owner, type), isinstance(owner, ModuleType)
    if not (is_class or is_module):
        value = _own_value(owner, name)
        if value is not _ABSENT:
            return _unbound(value)
    return _bound(owner, _static_value(owner, name), is_class, is_module)


def marker_options(holder: object, attribute: str) -> dict[str, Any] | None:
    """The dict a marker left on `holder`, or on the function within; None when there is none."""
    options = getattr(holder, attribute, None)
    if options is None:
        function = getattr(holder, "__func__", None)
        if function is not None:
            options = getattr(function, attribute, None)
    return options if isinstance(options, dict) else None


def scan(owner: object, attribute: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each hook of `owner` that carries a marker: name, what to call, options; by `dir`'s order.

    The same as find_hookable and marker_options on each name, in one pass.
    """
    names = dir(owner)
    is_class, is_module = isinstance(owner, type), isinstance(owner, ModuleType)
    table = _static_table(owner, is_class, is_module)
    own: Mapping[str, Any] = {}
    if not (is_class or is_module):
        own = _own_dict(owner)
    for name in names:
        found: Found | None
        if name in own:
            found = _unbound(own[name])
        elif table is None or name not in table:
            found = find_hookable(owner, name)
        else:
            static = table[name]
            kind = type(static)
            if kind in _PLAIN:
                continue
            if kind is MemberDescriptorType:
                found = find_hookable(owner, name)
            else:
                found = _bound(owner, static, is_class, is_module)
        if found is not None:
            options = marker_options(found[0], attribute)
            if options is not None:
                yield name, found[1], options


# What most names of most objects are, and what is never a hook.
_PLAIN = frozenset(
    (
        type(None),
        bool,
        int,
        str,
        tuple,
        list,
        dict,
        type,
        property,
        GetSetDescriptorType,
        type(object.__init__),
        type(object.__reduce__),
        type(object.__dict__["__init_subclass__"]),
        type(len),
    )
)


def _bound(owner: object, static: Any, is_class: bool, is_module: bool) -> Found | None:
    if isinstance(static, staticmethod):
        return static, static.__func__
    if isinstance(static, classmethod):
        of: Any = owner if is_class else type(owner)
        return static, static.__get__(of, of)
    if isinstance(static, MethodType):
        return static.__func__, static
    if isinstance(static, FunctionType):
        if is_class or is_module:
            return static, static
        return static, static.__get__(owner, type(owner))
    return None


def _unbound(value: Any) -> Found | None:
    """What lies on the object itself is called as it is: `getattr` does not bind it either."""
    if isinstance(value, MethodType):
        return value.__func__, value
    if isinstance(value, FunctionType):
        return value, value
    return None


def _own_dict(owner: object) -> Mapping[str, Any]:
    try:
        own: object = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return {}
    return own if isinstance(own, dict) else {}


def _own_value(owner: object, name: str) -> Any:
    """The value in the object's own `__dict__` or slot. Reading a slot runs no code of a user."""
    value = _own_dict(owner).get(name, _ABSENT)
    if value is _ABSENT:
        slot = _static_value(owner, name)
        if isinstance(slot, MemberDescriptorType):
            try:
                return slot.__get__(owner, type(owner))
            except AttributeError:
                return _ABSENT
    return value


def _static_value(owner: object, name: str) -> Any:
    """inspect.getattr_static, with None in place of an AttributeError."""
    kind: Any = type(owner)
    if isinstance(owner, ModuleType):
        if kind is ModuleType and name in vars(owner):
            return vars(owner)[name]
    elif not isinstance(owner, type):
        if name not in _own_dict(owner):
            value = _in_mro(kind, name)
            if value is not _ABSENT:
                return value
    elif issubclass(kind, type):
        value = _in_mro(owner, name)
        if value is not _ABSENT:
            return value
    import inspect

    return inspect.getattr_static(owner, name, None)


def _in_mro(kind: Any, name: str) -> Any:
    """What the class or a base of it has under that name; _ABSENT too where it is not so simple."""
    for entry in _mro_of(kind):
        if type(entry) is not type and _hides_its_dict(type(entry)):
            return _ABSENT
        table = _dict_of(entry)
        if name in table:
            return table[name]
    return _ABSENT


def _static_table(owner: object, is_class: bool, is_module: bool) -> Mapping[str, Any] | None:
    """What _static_value finds, for every name at once; None where that is not so simple.

    A name that is missing may still be found by it: a class's metaclass has attributes too.
    """
    kind: Any = type(owner)
    if is_module:
        return vars(owner) if kind is ModuleType else None
    if is_class:
        if not issubclass(kind, type):
            return None  # it says of itself that it is a class
        kind = owner
    table: dict[str, Any] = {}
    for entry in reversed(_mro_of(kind)):
        if type(entry) is not type and _hides_its_dict(type(entry)):
            return None
        table.update(_dict_of(entry))
    if not is_class and not isinstance(table.get("__dict__"), (type(None), GetSetDescriptorType)):
        return None
    return table


def _hides_its_dict(metaclass: Any) -> bool:
    return any("__dict__" in _dict_of(entry) for entry in _mro_of(metaclass)[:-2])
