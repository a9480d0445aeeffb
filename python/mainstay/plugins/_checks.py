"""What `mainstay.plugins` refuses, and in which words.

Every check returns the value it was given, or raises a TypeError (the wrong kind of thing) or a
ValueError (an impossible value) that says what came, what was wanted and what to do.
"""

from __future__ import annotations

from ._kinds import (
    FunctionType,
    MethodType,
    is_async_generator_function,
    is_generator_function,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "callables",
    "exclusive",
    "first_argument",
    "flag",
    "given_arguments",
    "hook_function",
    "instance",
    "mark",
    "name",
    "named",
    "names",
    "optional_name",
    "specified_arguments",
    "switches",
    "unwrapped",
    "warning",
    "warnings_by_name",
]


def named(value: object) -> str:
    """The value and its type, short enough for a message."""
    try:
        shown = repr(value)
    except Exception:  # a stranger's __repr__: no reason to fail here
        shown = object.__repr__(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return f"{shown} ({type(value).__name__})"


def name(what: str, value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, got {named(value)}")
    if not value:
        raise ValueError(f"{what} must not be empty; give it a name, or leave it out")
    return value


def optional_name(what: str, value: Any) -> str | None:
    """A text that is not empty, or None."""
    return None if value is None else name(what, value)


def names(what: str, value: Any) -> tuple[str, ...]:
    """Several names; a single one may stand by itself."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, (tuple, list, set, frozenset)):
        raise TypeError(f"{what} must be a name or a tuple of names, got {named(value)}")
    return tuple(name(f"each name in {what}", each) for each in value)


def flag(what: str, value: Any) -> bool:
    """True or False, nothing that merely resembles them."""
    if not isinstance(value, bool):
        raise TypeError(f"{what} must be True or False, got {named(value)}")
    return value


def exclusive(first: str, second: str, why: str) -> ValueError:
    """The error of two options at once."""
    return ValueError(f"{first}=True and {second}=True exclude each other: {why}; leave one out")


def warning(what: str, value: Any) -> Warning | None:
    """A warning to give, or None."""
    if isinstance(value, type) and issubclass(value, Warning):
        raise TypeError(
            f"{what} must be a warning, got the class {value.__name__}; "
            f'write {value.__name__}("what to do instead")'
        )
    if value is not None and not isinstance(value, Warning):
        raise TypeError(
            f"{what} must be a warning, got {named(value)}; write DeprecationWarning({value!r})"
        )
    return value


def warnings_by_name(what: str, value: Any) -> Any:
    """From names of arguments to warnings, or None."""
    if value is None:
        return None
    if not hasattr(value, "items"):
        raise TypeError(f"{what} must be a dict from argument to warning, got {named(value)}")
    return {
        name(f"each argument in {what}", argument): warning(f"{what}[{argument!r}]", each)
        for argument, each in value.items()
    }


def hook_function(marker: str, value: Any) -> Any:
    """A function, or the static or class method made of one: `value` as it is."""
    if isinstance(value, (FunctionType, staticmethod, classmethod)):
        return value
    if isinstance(value, MethodType):
        function = value.__func__
        raise TypeError(
            f"{marker} marks functions, got the bound method "
            f"{getattr(function, '__qualname__', named(function))}, which can carry no mark; "
            f"put @{marker} above its def, in the class"
        )
    if hasattr(type(value), "__get__") and not callable(value):  # a property, for example
        raise TypeError(
            f"{marker} marks functions, got a {type(value).__name__}: reading it would run code "
            "while plugins are registered; mark a method"
        )
    if isinstance(value, type):
        raise TypeError(
            f"{marker} marks functions, got the class {value.__name__}; mark its methods one by "
            "one, and register an instance"
        )
    if callable(value):
        raise TypeError(
            f"{marker} marks functions, whose names and arguments hooks go by, got the object "
            f"{named(value)}; write a method that calls it, and mark that"
        )
    option = "firstresult" if marker == "hookspec" else "tryfirst"
    raise TypeError(
        f"{marker} marks functions, got {named(value)}; write @{marker} above a def, and options "
        f"by keyword: @{marker}({option}=True)"
    )


def mark(marker: str, function: Any, attribute: str, opts: Any) -> None:
    """Set what a marker says on what hook_function accepted."""
    try:
        setattr(function, attribute, opts)
    except (AttributeError, TypeError) as error:  # of a derived static method, for example
        raise TypeError(
            f"{marker} marks functions by setting their {attribute}, which {named(function)} "
            f"does not let it: {error}; write a function that calls it, and mark that"
        ) from error


def function_of(value: Any) -> Any:
    """The function within what hook_function accepts."""
    return getattr(value, "__func__", value)


def wrapper_function(option: str, value: Any) -> None:
    """A wrapper is a generator function, and knows that it is one."""
    function = function_of(value)
    if not (is_generator_function(function) or is_async_generator_function(function)):
        name = getattr(function, "__qualname__", repr(function))
        raise TypeError(
            f"{option}=True needs a function with a yield, at which the other implementations "
            f"run; {name} has none; write: result = yield; return result"
        )


def unwrapped(function: Any) -> Any:
    """`inspect.unwrap`, without that import: whose signature a function has that wraps another."""
    seen = {id(function)}
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
        if id(inner) in seen:
            raise ValueError(f"wrapper loop when unwrapping {function!r}")
        seen.add(id(inner))
    return inner


def first_argument(function: Any) -> str | None:
    """The name of the first positional parameter; None when there is none, or none to read."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[0] if code is not None and code.co_argcount else None


def specified_arguments(function: Any) -> None:
    """A specification whose every argument is one that a hook knows."""
    function = function_of(unwrapped(function))
    if type(function) is not FunctionType:
        return
    code = function.__code__
    if not (code.co_kwonlyargcount or code.co_flags & _CATCH_ALL):
        return
    end = code.co_argcount + code.co_kwonlyargcount
    for name in code.co_varnames[code.co_argcount : end]:
        raise _keyword_only("specification", function, name)
    raise TypeError(
        f"the specification {function.__qualname__} has the catch-all {code.co_varnames[end]!r}, "
        "but a hook takes only arguments that its specification names; name them, or drop it"
    )


def given_arguments(function: FunctionType) -> None:
    """An implementation that needs nothing a hook does not give.

    `*args` and `**kwargs` stay empty, and keyword-only arguments with a default keep it.
    """
    code = function.__code__
    defaults = function.__kwdefaults__ or ()
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        if name not in defaults:
            raise _keyword_only("implementation", function, name)


_CATCH_ALL = 0x4 | 0x8  # inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def _keyword_only(what: str, function: Any, name: str) -> TypeError:
    return TypeError(
        f"the {what} {function.__qualname__} has the keyword-only argument {name!r}, which hooks "
        "do not know; move it before the star: arguments of hooks are given by name in any case"
    )


def callables(what: str, **values: Any) -> None:
    """Functions, each under its name."""
    for each, value in values.items():
        if not callable(value):
            raise TypeError(f"{what} takes functions, got {each}={named(value)}")


def instance(value: Any) -> Any:
    """A plugin: anything but None."""
    if value is None:
        raise TypeError("a plugin must not be None; give an object, a class or a module")
    return value


def switches(value: Any) -> Any:
    """Switches, or None."""
    if value is None:
        return None
    if isinstance(value, str):
        raise TypeError(
            f"switches must be read first, got the str {value!r}; write Switches({value!r})"
        )
    from ._switches import Switches

    if not isinstance(value, Switches):
        raise TypeError(f"switches must be Switches, got {named(value)}; write Switches(line)")
    return value
