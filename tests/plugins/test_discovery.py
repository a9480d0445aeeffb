"""What counts as a hook of an object: the same as with the peer, and no code of the object runs."""

from __future__ import annotations

import abc
import enum
import inspect
import types
from typing import Any

import pytest
from mainstay.plugins import _native

from .doors import PEER

mark = PEER.api.HookimplMarker("app")
peer = PEER.module("_manager")


@mark
def function() -> None:
    """Lies on objects as it is."""


class Meta(type):
    """A metaclass with a hook."""

    @mark
    def of_the_metaclass(cls) -> None: ...


class HidingMeta(type):
    """A metaclass that hides what its classes have."""

    @property
    def __dict__(cls) -> Any:  # type: ignore[override]
        return {}


class Plain:
    """Every kind of attribute."""

    number = 1
    bound = [].append

    @mark
    def method(self) -> None: ...

    @mark
    @staticmethod
    def marked_static() -> None: ...

    @staticmethod
    @mark
    def static_marked() -> None: ...

    @classmethod
    @mark
    def class_marked(cls) -> None: ...

    @mark
    @classmethod
    def marked_class(cls) -> None: ...

    def unmarked(self) -> None: ...

    @property
    def broken(self) -> Any:
        raise AssertionError("a property ran")


class Derived(Plain, metaclass=Meta):
    """Hides a hook of its base."""

    method = None  # type: ignore[assignment]


class Hidden(Plain, metaclass=HidingMeta):
    """Its own hook is not seen, those of its base are."""

    @mark
    def own(self) -> None: ...


class Slotted:
    """A slot that is filled and one that is not."""

    __slots__ = ("filled", "unfilled")

    def __init__(self) -> None:
        self.filled = function


class Abstract(abc.ABC, Plain):
    """A class of the metaclass most have."""

    @mark
    def more(self) -> None: ...


class Colour(enum.Enum):
    """Members are objects with methods."""

    RED = 1

    @mark
    def shade(self) -> None: ...


class OwnDict:
    """Its `__dict__` is a property."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return {"method": function}

    @mark
    def method(self) -> None: ...


class Dynamic:
    """Has what it is asked for, and lists what it has not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return function

    def __dir__(self) -> list[str]:
        return ["anything", "__class__", "mro"]


class Liar:
    """Says it is a class."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        return type


class Lazy(types.ModuleType):
    """A module of a class of its own."""

    @mark
    def of_the_class(self) -> None: ...


def filled(thing: Any, **attributes: Any) -> Any:
    """The thing, with attributes of its own."""
    for name, value in attributes.items():
        setattr(thing, name, value)
    return thing


own = {"method": function, "more": Plain().method, "kept": staticmethod(function), "zero": 0}
OBJECTS = {
    "class": Plain,
    "object": Plain(),
    "object with its own": filled(Plain(), **own),
    "module": filled(types.ModuleType("module"), **own),
    "module with a list of names": filled(
        types.ModuleType("module"), **own, __dir__=lambda: ["method", "nope", "__class__"]
    ),
    "lazy module": filled(Lazy("lazy"), **own),
    "derived class": Derived,
    "derived object": Derived(),
    "hidden class": Hidden,
    "hidden object": Hidden(),
    "slots": Slotted(),
    "abstract class": Abstract,
    "abstract object": Abstract(),
    "enum": Colour,
    "member": Colour.RED,
    "own dict": OwnDict(),
    "dynamic": Dynamic(),
    "liar": Liar(),
    "metaclass": Meta,
    "type": type,
    "number": 42,
    "nothing": None,
    "real module": inspect,
}
MORE_NAMES = {"method", "of_the_metaclass", "mro", "nope", "anything"}


@pytest.mark.parametrize("kind", OBJECTS)
def test_each_attribute_is_found_as_by_the_peer(kind: str) -> None:
    thing = OBJECTS[kind]
    for name in sorted({*dir(thing), *MORE_NAMES}):
        assert found(_native.find_hookable(thing, name)) == found(
            peer._static_hook_attr(thing, name)
        ), name


def found(pair: Any) -> Any:
    """The holder by identity, the function by equality: methods are bound anew each time."""
    return pair and (id(pair[0]), pair[1])


@pytest.mark.parametrize("kind", OBJECTS)
def test_all_at_once_is_one_by_one(kind: str) -> None:
    thing = OBJECTS[kind]
    one_by_one = []
    for name in dir(thing):
        pair = peer._static_hook_attr(thing, name)
        if pair is not None:
            options = peer._get_marker_opts(pair[0], "app_impl")
            if options is not None:
                one_by_one.append((name, pair[1], options))
    assert list(_native.scan(thing, "app_impl")) == one_by_one


def test_what_looks_like_options_and_is_no_dict_is_none() -> None:
    holder = types.SimpleNamespace(app_impl=[1])
    assert _native.marker_options(holder, "app_impl") is None
    assert _native.marker_options(types.SimpleNamespace(__func__=function), "app_impl") is (
        function.app_impl  # type: ignore[attr-defined]
    )
