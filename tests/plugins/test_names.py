"""What arguments an implementation asks for is read as the peer reads it, from any callable."""

from __future__ import annotations

import functools
import itertools
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from mainstay.plugins import _native

from .doors import PEER

peer: Callable[..., Any] = PEER.module("_hooks").varnames
LEADING = ("", "self", "cls", "item", "obj", "self, item", "cls, item", "a, b", "a, b, c=1")
ENDINGS = ("", "x=1", "x=1, y=2", "*args", "*args, k=1", "**kw", "*, k", "*, k=1, **kw")
POSITIONAL_ONLY = ("a, /", "self, /, b", "a, b=1, /", "a, /, b, c=2, *, d")


def parameters() -> Iterator[str]:
    """Parameter lists as one writes them in a `def`."""
    yield from POSITIONAL_ONLY
    for leading, ending in itertools.product(LEADING, ENDINGS):
        yield ", ".join(part for part in (leading, ending) if part)


SOURCE = """
def function({parameters}): ...
class Holder:
    def method({parameters}): ...
    static = staticmethod(method)
    of_class = classmethod(method)
    class Inner:
        def method({parameters}): ...
def factory():
    def local({parameters}): ...
    class Local:
        def method({parameters}): ...
    return local, Local
local, Local = factory()
class Initialised:
    def __init__({parameters}): ...
class Callable_:
    def __call__({parameters}): ...
"""


def _made(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(SOURCE.format(parameters=text), "<shapes>", "exec"), space)
    return space


def shapes(text: str) -> Iterator[tuple[str, Any]]:
    """A callable of each kind with these parameters."""
    space = _made(text)
    function, holder, local = space["function"], space["Holder"], space["Local"]
    yield "function", function
    yield "unbound method", holder.method
    yield "unbound method of an inner class", holder.Inner.method
    yield "static method", holder.static
    yield "class method", holder.of_class
    yield "bound method", types.MethodType(holder.method, object())
    yield "local function", space["local"]
    yield "unbound method of a local class", local.method
    yield "bound method of a local class", types.MethodType(local.method, object())
    yield "class", space["Initialised"]
    callable_object = object.__new__(space["Callable_"])
    yield "callable object", callable_object
    yield "bound callable", callable_object.__call__
    yield "partial", functools.partial(function)
    yield "partial, updated", functools.update_wrapper(functools.partial(function), holder.method)
    yield "wrapped", functools.wraps(function)(lambda *args, **kwargs: None)
    yield (
        "wrapped twice",
        functools.wraps(functools.wraps(holder.method)(lambda *args: None))(lambda only: None),
    )
    yield "wraps a bound method", functools.wraps(types.MethodType(holder.method, 1))(lambda: None)
    yield (
        "method of a wrapped one",
        types.MethodType(functools.wraps(holder.method)(lambda q: None), object()),
    )
    yield "cached", functools.lru_cache(function)


def read(of: Callable[..., Any], shape: Any, **options: Any) -> Any:
    """What `of` says of a shape, and what it warns about."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            came: Any = of(shape, **options)
        except Exception as error:
            came = type(error), str(error)
    return came, [(warning.category, str(warning.message)) for warning in seen]


@pytest.mark.parametrize("legacy_noself", [False, True])
@pytest.mark.parametrize("text", sorted(set(parameters())))
def test_names_are_read_as_the_peer_reads_them(text: str, legacy_noself: bool) -> None:
    compared = 0
    for name, shape in shapes(text):
        ours = read(_native.varnames, shape, legacy_noself=legacy_noself)
        assert ours == read(peer, shape, legacy_noself=legacy_noself), (name, text)
        compared += 1
    assert compared == 19


class Raising:
    """Raises something of its own when asked for an attribute."""

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)


class Slotted:
    """A descriptor of methods that is none of the interpreter's."""

    def __get__(self, instance: object, owner: object = None) -> Any:
        return self

    def __call__(self, of_the_call: Any) -> None: ...


def _looped() -> Any:
    def one() -> None: ...

    def other() -> None: ...

    vars(one)["__wrapped__"], vars(other)["__wrapped__"] = other, one
    return one


def _long() -> Any:
    def innermost(found: Any) -> None: ...

    inner: Any = innermost
    for _ in range(100):
        inner = functools.wraps(inner)(lambda: None)
    return inner


def _odd_defaults() -> Any:
    def function(a: Any, b: Any) -> None: ...

    function.__defaults__ = (1, 2, 3)
    return function


def _dotted() -> Any:
    def function(self: Any, a: Any) -> None: ...

    function.__qualname__ = "a.<locals>.b.<locals>.plain"
    return function


ODD: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "a number": lambda: 5,
    "len": lambda: len,
    "a method of a list": lambda: [].append,
    "a method of list": lambda: list.append,
    "int": lambda: int,
    "type": lambda: type,
    "object": lambda: object,
    "a class without an __init__": lambda: type("Bare", (), {}),
    "a class whose __init__ is a number": lambda: type("Bare", (), {"__init__": 5}),
    "a lambda": lambda: lambda x, y=1: None,
    "a mock": mock.Mock,
    "a mock of a function": lambda: mock.create_autospec(lambda a, b=1: None),
    "a mock of a class": lambda: mock.create_autospec(Slotted),
    "a magic mock": mock.MagicMock,
    "an object that raises": Raising,
    "a descriptor of methods": Slotted,
    "a loop": _looped,
    "a long way": _long,
    "more defaults than parameters": _odd_defaults,
    "a changed __qualname__": _dotted,
    "a property": lambda: property(lambda self: 1),
    "a generator function": lambda: lambda x: (yield x),
    "a partial method": lambda: functools.partialmethod(len),
    "a singledispatch function": lambda: functools.singledispatch(lambda a, b: None),
    "a method of a metaclass": lambda: type.mro,
    "a static method, not bound": lambda: staticmethod(lambda self, x: None),
    "a class method, not bound": lambda: classmethod(lambda cls, x: None),
    "a wrapper of a class": lambda: functools.wraps(Slotted)(lambda a: None),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_objects_are_read_as_the_peer_reads_them(name: str) -> None:
    shape = ODD[name]()
    for options in ({}, {"legacy_noself": True}):
        assert read(_native.varnames, shape, **options) == read(peer, shape, **options)


def test_a_specification_that_is_known_is_not_warned_about() -> None:
    class TimeoutHooks:
        def pytest_timeout_set_timer(item, settings): ...  # type: ignore[no-untyped-def] # noqa: N805

    TimeoutHooks.pytest_timeout_set_timer.__qualname__ = "TimeoutHooks.pytest_timeout_set_timer"
    shape = TimeoutHooks.pytest_timeout_set_timer
    assert read(_native.varnames, shape, legacy_noself=True) == (
        (("item", "settings"), ()),
        [],
    )


def test_something_else_than_two_arguments_is_refused() -> None:
    for args, kwargs in (((), {}), ((len, True), {}), ((len,), {"unknown": 1})):
        with pytest.raises(TypeError):
            _native.varnames(*args, **kwargs)  # type: ignore[call-overload, arg-type]
