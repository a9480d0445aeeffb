"""How callables are named in logs, and which of them are to be awaited, and by whom.

What most programs need of it is native; this is imported when somebody needs the rest.
"""

from __future__ import annotations

import sys

# What functools.partial is, without what functools imports.
from _functools import partial  # type: ignore[import-not-found]

from ._native import is_coroutine_callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import CodeType
    from typing import Any

__all__ = [
    "find_ordinal",
    "get_callback_name",
    "is_coroutine_callable",
    "is_coroutine_object",
    "is_tornado_coroutine",
    "to_ordinal",
    "wrap_to_async_func",
]

_CO_COROUTINE = 0x80  # inspect.CO_COROUTINE, without the cost of importing inspect


def find_ordinal(pos_num: int) -> str:
    """Return the ending that makes an ordinal of a number: st, nd, rd or th."""
    if 10 < pos_num % 100 < 14:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(pos_num % 10, "th")


def to_ordinal(pos_num: int) -> str:
    """Return the number as an ordinal: 1st, 2nd, 3rd, 4th, ..."""
    return f"{pos_num}{find_ordinal(pos_num)}"


def get_callback_name(cb: Callable[..., Any]) -> str:
    """Return module and qualified name of a callable; its repr when it has no name."""
    name = getattr(cb, "__qualname__", _MISSING)
    if name is _MISSING:
        name = getattr(cb, "__name__", _MISSING)
    if name is _MISSING:
        return repr(cb)
    module = getattr(cb, "__module__", None)
    return f"{module}.{name}" if module else str(name)


_MISSING = object()


class _Sample:
    def method(self) -> None:
        """Only here to have a type."""


# Types of the interpreter, as the module `types` finds them; that one is not imported either.
_FunctionType = type(find_ordinal)
_MethodType = type(_Sample().method)
# Classes, and what is implemented in C, the `__call__` of such objects included.
_NEVER_COROUTINE = (
    type,
    type(len),
    type(object().__str__),
    type(object.__init__),
    type(str.join),
)


def is_coroutine_object(call: Any) -> bool:
    """`is_coroutine_callable` for what is neither a plain function nor a strategy of ours."""
    if isinstance(call, type):
        return False
    if _is_coroutine_function(call):
        return True
    return _is_coroutine_function(getattr(call, "__call__", None))  # noqa: B004


def _is_coroutine_function(function: Any) -> bool:
    """`inspect.iscoroutinefunction`, without that import."""
    while True:
        if isinstance(function, partial):
            function = function.func
        elif type(function) is _MethodType:
            function = getattr(function, "__func__")  # noqa: B009 - a method, says its type
        else:
            break
    if type(function) is _FunctionType:
        code: CodeType = function.__code__
        if code.co_flags & _CO_COROUTINE:
            return True
        # Since 3.12 inspect.markcoroutinefunction() may have marked an ordinary function.
        if "_is_coroutine_mark" not in function.__dict__:
            return False
    elif function is None or isinstance(function, _NEVER_COROUTINE):
        return False
    # What is marked, or only like a function as some compilers make them, is judged by `inspect`
    # where there is one: who marked it has imported that.
    inspect = sys.modules.get("inspect")
    if inspect is not None:
        return bool(inspect.iscoroutinefunction(function))
    flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
    return isinstance(flags, int) and bool(flags & _CO_COROUTINE)


def wrap_to_async_func(call: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Return `call` itself when it is a coroutine function, else one that awaits nothing."""
    if is_coroutine_callable(call):
        return call

    async def inner(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    return inner


def is_tornado_coroutine(function: Any, namespace: dict[str, Any]) -> bool:
    """Whether Tornado made `function`. Where Tornado was never imported it did not.

    A program may say that there is no Tornado by putting None under that name in `namespace`.
    """
    gen = sys.modules.get("tornado.gen")
    if gen is None or namespace.get("tornado", gen) is None:
        return False
    decide = getattr(gen, "is_coroutine_function", None)
    return decide is not None and bool(decide(function))
